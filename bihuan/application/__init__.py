"""Use cases: what API, console and command line share.

Submitting an issue, acting on one, reading one at or after a revision, the inbox, sending a notice again, ordering
a batch, adopting a policy or a calendar. A use case combines rules, ledger and client, and returns an answer or
raises one of ``errors``, ``bihuan.client.errors`` or ``bihuan.domain.refusals``. No HTTP, no console output, no rule
of its own. Only the entry points import it: api, cli.
"""

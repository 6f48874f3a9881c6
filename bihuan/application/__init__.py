"""Use cases: what API, console and command line have in common beneath HTTP and beside the rules.

Taking an issue in with the register of enterprises, putting an act with the facts its caller cannot say, reading an
issue at or after a revision, the inbox and acknowledgement, sending a notice again. A use case joins rules, ledger and
client, and ends in an answer or an error of ``errors``, ``bihuan.client.errors`` or ``bihuan.domain.refusals``. No
HTTP, no console output, no rule of its own. The faces import it: api, cli; nothing beneath them does.
"""

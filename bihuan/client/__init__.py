"""The typed way to Temporal: connecting, starting a workflow, putting an act, asking what runs and what is kept.

Here stands every call of Temporal's client that starts, moves or reads a workflow, each once, and the errors it may
end in (``errors``). No rule and no ledger. It knows the workflows and what lies beneath them; whoever starts, moves or
asks a workflow imports it: runtime, operations, reports, application, activities, api, cli.
"""

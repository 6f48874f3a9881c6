"""The typed way to Temporal: connecting, starting a workflow, acting on an issue, reading runs and histories.

Every call of Temporal's client that starts, updates or reads a workflow is here, each once, with the errors it may
raise (``errors``). No rule and no ledger. It imports the workflows and what they import; imported by runtime,
operations, reports, application, activities, api, cli.
"""

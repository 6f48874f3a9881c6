"""Processes of ours: settings, telemetry, keys, ports, the supervisor, the embedded Temporal servers, ``up``.

Whatever makes a process run and end in order, and nothing of what it does. Imported by every room above it.
"""

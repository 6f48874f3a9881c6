"""Running our processes: settings, telemetry, keys, ports, supervisor, embedded Temporal servers, the local stack.

How processes start and stop, not what they do. Imported by every room above it.
"""

"""Processes of ours: settings, telemetry, the supervisor of child processes, ports and orderly exits."""

"""The typed way to Temporal for everybody who starts, moves or asks a workflow."""

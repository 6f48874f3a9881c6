"""Where it runs: processes and their assembly."""

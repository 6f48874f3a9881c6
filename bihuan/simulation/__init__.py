"""The rules played without Temporal: samples, back-tests, drills, and parity with the workflow.

Imported by reports (for upcoming alerts) and cli.
"""

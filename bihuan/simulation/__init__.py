"""The rules played without Temporal: samples, back-tests, drills, and parity with the workflow.

Imported by reports (what is ahead) and cli.
"""

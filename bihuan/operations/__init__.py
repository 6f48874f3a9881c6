"""Checks and repairs for operators: reconciliation of ledger and Temporal, histories, revival, rebuilding.

Combines client and ledger; submits no acts and prints nothing. Imported by application, activities and cli.
"""

"""What operators ask and mend: reconciliation of ledger and server, histories, revival, rebuilding.

Joins client and ledger, where no act of a person is put; prints nothing. Imported by application, activities and cli.
"""

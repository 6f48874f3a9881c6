"""The ledger on the two databases it runs on."""

"""Every channel against a real local server that speaks its protocol."""

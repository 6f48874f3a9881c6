"""What operators ask and mend: reconciliation of ledger and server, histories, revival."""

"""How things are done: the ledger, notices and channels behind the ports of the workflows."""

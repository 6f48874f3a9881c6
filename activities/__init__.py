"""How it is done: the ledger, the notice desk and the channels behind the workflows' ports."""

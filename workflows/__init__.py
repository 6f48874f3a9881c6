"""When: the workflows, what crosses Temporal with them, and their names there. Words and rules, and no I/O."""

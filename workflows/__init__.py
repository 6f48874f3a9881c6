"""When things happen: the workflows, the messages that cross Temporal, and the names Temporal knows. No rules, no I/O."""

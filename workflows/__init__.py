"""When things happen: workflows, the messages that cross Temporal, and the names it knows. No rules, no I/O."""

"""Access: who may do and read what, which desk somebody sits at, and who may not judge."""

"""Where things run: the worker processes and how they are put together."""

"""One adapter for each kind of channel, all behind the port in ``port.py``."""

"""One adapter for each kind of channel, all behind one port."""

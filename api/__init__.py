"""Who asks: the HTTP face of the loop. It asks; it does not act."""

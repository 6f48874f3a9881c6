"""The ladder: who is responsible, which alarm rises when, orders, papers, and the acts of supervision."""

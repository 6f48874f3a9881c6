"""A small city made for the rules alone, the people in it, and issues brought into every status by legal acts.

Two counties with supervision groups, one of which triages for itself, and a third that no roster names.
"""

"""Who is notified of an event, how urgently, and what of it: one row for each event, exhaustive (``registry``).

Rows stand by concept (``intake``, ``handling``, ``ladder`` …). Everything here is plain words and codes, no personal
data. Who sits at a desk today, by which channel it is reached and in whose words it is written is not for here.
"""

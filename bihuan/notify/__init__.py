"""Who is told by which channel, when, and in which words: data of the city and pure functions over it.

Kinds of channel, routing, templates, addresses, secrets, links. Sends nothing and asks no city: the channels that send
are in ``activities.channels``, the city's files are read in ``bihuan.city``. Imported by city and above.
"""

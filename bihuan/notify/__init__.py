"""Who is notified by which channel, when, and in which words: the city's data and pure functions over it.

Kinds of channel, routing, templates, addresses, secrets, links. Nothing here sends a message or reads a city's files:
channels are in ``activities.channels``, files in ``bihuan.city``. Imported by city and above.
"""

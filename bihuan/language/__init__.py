"""Chinese and English words for what people read: phrases, explanations, the facts of a notification.

Knows the rules and the values on the wire, and nothing of channels, cities, servers or files. Imported by workflows
and by every room above it.
"""

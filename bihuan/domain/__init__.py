"""The rules: what is allowed, what is due, who must be told. Standard library only, frozen values.

Told the time and everything else it goes by; imported by every other room, and imports none.
"""

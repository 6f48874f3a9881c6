"""The rules: what is allowed, what is due, who is notified (docs/rules.md). Standard library only, frozen values.

The time and all other facts are passed in. Every other room may import it; it imports none of them.
"""

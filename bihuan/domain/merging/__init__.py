"""Merging (并单): an issue that goes on in another of its enterprise."""

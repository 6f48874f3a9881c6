"""Batches: one approved order put to many issues: another policy, a mass suspension, and its end."""

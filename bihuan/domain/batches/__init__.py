"""Batches: one approved order applied to many issues: a policy, a calendar, a mass suspension (docs/rules.md 7.4)."""

"""Batches: one approved order for many issues: another policy, a mass suspension, its end (docs/rules.md 7.4)."""

"""The ladder: responsibility, alarms, orders, papers and the acts of supervision (docs/rules.md 5)."""

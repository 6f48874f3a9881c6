"""Clocks and calendar: budgets counted in working time, what governs them, and how each explains itself."""

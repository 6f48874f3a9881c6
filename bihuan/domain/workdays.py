"""China's working days, make-up days and office hours, and lengths of time counted in them (domain.md 4.3, 13)."""

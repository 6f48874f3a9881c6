"""One city as its files say: roster, profiles, legal limits, calendars; checked whole before any of it counts."""

"""One city as its files say: roster, profiles, legal limits, calendars, schedules, contacts and routes of notices.

Readers of the city's folder, each checked whole before any of it counts, and what was imported into the data folder.
No Temporal, no ledger. Imported by runtime and whatever stands above it.
"""

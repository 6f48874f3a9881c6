"""One city as its files say: roster, profiles, legal limits, calendars, schedules, contacts and routes of notices.

Readers of the city's folder, each checked as a whole before any of it is used, and the calendars imported into the data
folder. No Temporal, no ledger. Imported by runtime and the rooms above it.
"""

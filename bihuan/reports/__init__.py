"""Scheduled reports: digests, bulletins and briefs, compiled from the ledger and put into words.

When each is due is a rule (``domain.timetable``), which of them a city has is read in ``city.schedule_files``, and
``activities.reports`` compiles and sends them. Imported by activities and cli.
"""

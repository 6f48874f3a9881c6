"""What is told by the calendar and not by an event: digests, bulletins and briefs, made of the ledger, in words.

When each is made is a rule (``domain.timetable``); what a city wants is read in ``city.schedule_files``; that it is
made and told is done by ``activities.reports``. Imported by activities and cli.
"""

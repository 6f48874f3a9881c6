"""What is told by the calendar and not by an event: digests, bulletins, briefs, the census, and retention."""

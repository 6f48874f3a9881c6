"""What happened, in SQL: a follower of the workflows, which can be thrown away and rebuilt."""

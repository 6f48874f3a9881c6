"""What happened, in SQL: a follower of the workflows, which can be thrown away and rebuilt.

Tables, writing, reading, export and import, verifying and rebuilding from histories that it is given. No Temporal and
no city. Imported by runtime and whatever stands above it; only activities and use cases write.
"""

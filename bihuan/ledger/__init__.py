"""What happened, in SQL: a follower of the workflows, which can be thrown away and rebuilt.

Tables, writing, reading, export and import, verification, and rebuilding from given histories. No Temporal and no city.
Imported by runtime and the rooms above it; only activities and use cases write.
"""

"""The loop: one step of an issue, and how it enters, leaves and comes back to a status."""

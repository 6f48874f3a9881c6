"""Who is told by which channel, when, and in which words: data of the city and pure functions over it."""

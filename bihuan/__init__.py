"""Bihuan (闭环): every enterprise's difficulty is dealt with, or somebody answers for it."""

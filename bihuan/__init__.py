"""Bihuan (闭环): every enterprise's difficulty is dealt with, or somebody answers for it.

Each package in here is a room; its docstring says what may be in it and who may import it, and the layers in
``pyproject.toml`` hold that. Only ``wire``, the values that cross processes, belongs to all of them.
"""

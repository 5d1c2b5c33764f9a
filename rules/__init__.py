"""Decisions without I/O: `now` is always an argument. Doors and workflows ask the same functions."""

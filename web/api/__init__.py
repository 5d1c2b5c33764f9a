"""The JSON API of ACTS.md under /api/v1."""

"""A year in seconds: people act out their parts against the real workflows on the time-skipping server."""

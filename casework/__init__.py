"""Takes an act through any door, and what the clock does: who is this, may they, what do the rules say, store it."""

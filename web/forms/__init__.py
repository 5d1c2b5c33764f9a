"""Forms: described once, shown, read and kept as drafts."""

"""Files that belong to a section: added, handed back and removed, never opened or run here."""

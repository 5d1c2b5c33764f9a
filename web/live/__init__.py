"""The page moves when the case moves: news of a case, sent to the pages that show it."""

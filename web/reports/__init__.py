"""Reports: the figures of a term or a year and the grant of a financial year, as a page and as files."""

"""Figures of past and present days, from what had been told by then (docs/adr/0012, docs/reports.md).

Pure functions of lines of the history. What was stored later is never among the lines, so a day's figure stays.
"""

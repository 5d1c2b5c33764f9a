"""Every table there is, for whoever needs them all: migrations and tests."""

from store import page_tables, tables, tracking_tables, watch_tables

__all__ = ["page_tables", "tables", "tracking_tables", "watch_tables"]
Table = tables.Table

"""Every table there is, for whoever needs them all: migrations and tests."""

from store import calendar_tables, money_tables, outbox_tables, page_tables, tables, tracking_tables, watch_tables
from store.base import Table

__all__ = [
    "Table",
    "calendar_tables",
    "money_tables",
    "outbox_tables",
    "page_tables",
    "tables",
    "tracking_tables",
    "watch_tables",
]

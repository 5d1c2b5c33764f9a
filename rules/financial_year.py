"""The years in which a council counts money: 1 April to 31 March."""

from datetime import date

_STARTS = (4, 1)


def financial_year(day: date) -> str:
    """The financial year of a London day, 1 April to 31 March: `2026/27`."""
    first = day.year if (day.month, day.day) >= _STARTS else day.year - 1
    return f"{first}/{(first + 1) % 100:02}"


def days_of(year: str) -> tuple[date, date]:
    """The first and the last day of a financial year that is written `2026/27`. Raises ValueError for what is none."""
    first = date(int(year[:4]), *_STARTS)
    if financial_year(first) != year:
        raise ValueError("A financial year is written like 2026/27.")
    return first, date(first.year + 1, 3, 31)

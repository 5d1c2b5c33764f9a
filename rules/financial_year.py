"""The years in which a council counts money: 1 April to 31 March. One is written `2026/27`, and counted as 2026."""

from datetime import date

_STARTS = (4, 1)


def financial_year_of(day: date) -> int:
    """The calendar year in which a London day's financial year begins: 2026 from 1 April 2026 to 31 March 2027."""
    return day.year if (day.month, day.day) >= _STARTS else day.year - 1


def in_words(year: int) -> str:
    """`2026/27`"""
    return f"{year}/{(year + 1) % 100:02}"


def financial_year(day: date) -> str:
    """The financial year of a London day: `2026/27`."""
    return in_words(financial_year_of(day))


def first_day_of(year: int) -> date:
    """1 April."""
    return date(year, *_STARTS)


def last_day_of(year: int) -> date:
    """31 March, after which unspent money goes back to the Department for Education."""
    return date(year + 1, 3, 31)


def days_of(words: str) -> tuple[date, date]:
    """The first and the last day of a financial year that is written `2026/27`. Raises ValueError for what is none."""
    year = int(words[:4])
    if in_words(year) != words:
        raise ValueError("A financial year is written like 2026/27.")
    return first_day_of(year), last_day_of(year)

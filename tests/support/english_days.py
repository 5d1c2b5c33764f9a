"""London's clocks, England's bank holidays and days in words, computed without time zone data and without any list.

For the oracle of deadlines: summer time comes from the last Sundays of March and October, bank holidays from their own
rules and those of once only, so that they reach from 2018 to 2050, further than any published list.
"""

from datetime import UTC, date, datetime, time, timedelta

MARCH, OCTOBER, MONDAY = 3, 10, 1
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_ALL = [date(2018, 1, 1) + number * _DAY for number in range(12_000)]
"""Each day once, from 2018 to 2050: the calendars share them."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def words(day: date) -> str:
    """`Wednesday 14 October 2026`"""
    return f"{_WEEKDAYS[day.isoweekday() - 1]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def last_sunday(year: int, month: int) -> date:
    """Of March or October, which both have 31 days."""
    last = date(year, month, 31)
    return date(year, month, 31 - last.isoweekday() % 7)


def summer_time(instant: datetime) -> timedelta:
    """What London is ahead of UTC: an hour from 01:00 UTC on March's last Sunday until 01:00 UTC on October's."""
    utc = instant.astimezone(UTC)
    changes = (
        datetime.combine(last_sunday(utc.year, month), time(1), UTC)  # both changes are at 01:00 UTC
        for month in (MARCH, OCTOBER)
    )
    begins, ends = changes
    return _HOUR if begins <= utc < ends else timedelta()


def london_day(instant: datetime) -> date:
    """The calendar day in London at an instant."""
    return (instant.astimezone(UTC) + summer_time(instant)).date()


def instants_of(day: date, hour: time) -> list[datetime]:
    """Every UTC instant at which London's clocks show this: none in the skipped hour, two in the repeated one."""
    shown = datetime.combine(day, hour, UTC)
    return [shown - ahead for ahead in (_HOUR, timedelta()) if summer_time(shown - ahead) == ahead]


def begins(day: date) -> datetime:
    """The only instant of midnight: neither change is at midnight."""
    (midnight,) = instants_of(day, time(0))
    return midnight


def morning(day: date) -> datetime:
    """08:00 in London."""
    (eight,) = instants_of(day, time(8))
    return eight


def easter_sunday(year: int) -> date:
    """The anonymous Gregorian algorithm."""
    golden, century, within = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (within // 4) - moon - within % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


_ONCE_ONLY = {
    2020: {date(2020, 5, 8)},  # VE day, instead of the first Monday of May
    2022: {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)},  # the Jubilee moved the spring holiday; the funeral
    2023: {date(2023, 5, 8)},  # the coronation
}
_MOVED_AWAY = {date(2020, 5, 4), date(2022, 5, 30)}


def bank_holidays(year: int) -> list[date]:
    """England's: Easter's two, three Mondays, New Year and Christmas with their substitutes, and those of once only."""
    may, june, september = date(year, 5, 1), date(year, 6, 1), date(year, 9, 1)
    mondays = {_monday_from(may), _monday_from(june) - 7 * _DAY, _monday_from(september) - 7 * _DAY}
    easter = {easter_sunday(year) - 2 * _DAY, easter_sunday(year) + _DAY}
    found = (mondays | easter | {_first_weekday(date(year, 1, 1), set())}) - _MOVED_AWAY | _ONCE_ONLY.get(year, set())
    christmas = [day for day in (date(year, 12, 25), date(year, 12, 26)) if day.isoweekday() <= 5]
    found |= set(christmas)
    for _ in range(2 - len(christmas)):
        found.add(_first_weekday(date(year, 12, 27), found))
    return sorted(found)


def _monday_from(day: date) -> date:
    return day + (MONDAY - day.isoweekday()) % 7 * _DAY


def _first_weekday(day: date, taken: set[date]) -> date:
    following = (day + number * _DAY for number in range(9))
    return next(one for one in following if one.isoweekday() <= 5 and one not in taken)


def every_day(first: date, last: date) -> set[date]:
    """Both included; none when they are reversed."""
    return set(_ALL[max(0, (first - _ALL[0]).days) : max(0, (last - _ALL[0]).days + 1)])

"""London time, and the one port through which anything asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
LETTER_HOUR = time(8, 0)
"""The ladder of letters runs at 08:00 London time (ACTS.md, Stages)."""


class Clock(Protocol):
    """The port of time. In production the database's clock answers, in a rehearsal the conductor of the rehearsal."""

    async def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


def london_date(instant: datetime) -> date:
    """The calendar day in London at an instant."""
    return instant.astimezone(LONDON).date()


def at_london(day: date, hour: time) -> datetime:
    """The UTC instant of a London wall-clock time. A time that the spring change skips counts as the one after it."""
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The UTC instant at which a London day begins."""
    return at_london(day, time(0, 0))


def end_of(day: date) -> datetime:
    """The exclusive UTC end of a London day: "by 30 June" is over at the start of 1 July (PROCESS.md, Numbers)."""
    return start_of(day + timedelta(days=1))


def morning_of(day: date) -> datetime:
    """The UTC instant at which a day's letters go out."""
    return at_london(day, LETTER_HOUR)


def in_words(day: date) -> str:
    """A day as people write it: `Wednesday 14 October 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"

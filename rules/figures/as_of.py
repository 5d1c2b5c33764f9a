"""The day of a report, and how much of it can be counted."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.clock import end_of


@dataclass(frozen=True, slots=True)
class AsOf:
    """A London day and the instant by which it is counted: its end or, while it lasts, now."""

    day: date
    instant: datetime

    def is_over(self, day: date) -> bool:
        """Whether another London day is over by then."""
        return end_of(day) <= self.instant

    @property
    def lasts(self) -> bool:
        """The day is not over: its figures can still change."""
        return not self.is_over(self.day)


def by_the_end_of(day: date, now: datetime) -> AsOf:
    """A day as it can be counted now."""
    return AsOf(day, min(now, end_of(day)))

"""A clock that stands where a test sets it."""

from datetime import UTC, datetime

FIRST_MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
"""Tuesday 1 September 2026, 09:00 in London: the first day of the academic year 2026/27."""


class FixedClock:
    """`contracts.clock.Clock` for tests."""

    def __init__(self, now: datetime = FIRST_MORNING) -> None:
        self.at = now

    async def now(self) -> datetime:
        return self.at

    def set(self, now: datetime) -> None:
        """Stand at another instant, which must have a zone."""
        self.at = now.astimezone(UTC)

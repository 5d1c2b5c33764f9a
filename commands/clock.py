"""The time for a command that needs no service."""

from datetime import UTC, datetime


class SystemClock:
    """`contracts.clock.Clock` answered by this machine, where no database is at hand. Nothing is stored by it."""

    async def now(self) -> datetime:
        return datetime.now(UTC)

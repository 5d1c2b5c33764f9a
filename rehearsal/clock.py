"""The clock of a rehearsal: the conductor says which instant is being played."""

from datetime import datetime


class ConductedClock:
    """`contracts.clock.Clock` for a rehearsal: it stands still while everything of an instant is played."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    async def now(self) -> datetime:
        return self.instant

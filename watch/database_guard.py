"""Sees that PostgreSQL does not answer, and tells of it from memory: the outbox of alerts is in PostgreSQL.

Every watch tells for itself: whoever leads is not known meanwhile, and twice is better than not at all.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.alerts import AlertKind, Channel
from rules.flood import HOUR, MOST_AN_HOUR, pause_after
from watch.alert_words import of_the_database
from watch.channels import Way

PATIENCE = 5.0
"""Seconds for an answer."""
AWAY_AFTER = 30.0
"""Seconds without an answer after which people are told."""
_PAIRS_AN_HOUR = MOST_AN_HOUR // 2
log = logging.getLogger("watch.database")


class MachineClock:
    """This machine's own time, for when the database's clock is away with it."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Counts up evenly, from anywhere."""
        return time.monotonic()


@dataclass
class _Told:
    """What was told on one channel."""

    away: bool = False
    at: list[float] = field(default_factory=list)
    """When it was told that PostgreSQL is away, in the last hour."""
    failures: int = 0
    next_try: float = 0.0


class DatabaseGuard:
    """A round. `asks` says whether PostgreSQL answers; it does not raise."""

    def __init__(
        self,
        asks: Callable[[], Awaitable[bool]],
        ways: Mapping[Channel, Way],
        site_url: str,
        clock: MachineClock,
    ) -> None:
        self._asks, self._ways, self._site_url, self._clock = asks, ways, site_url, clock
        self._told = {channel: _Told() for channel in ways}
        self._silent_since: float | None = None

    async def walk(self) -> None:
        """Ask once, and tell whoever is to be told."""
        began = self._clock.seconds()
        if await self._asks():
            if self._silent_since is not None:
                log.warning("PostgreSQL answers again")
            self._silent_since = None
            await self._tell(AlertKind.DATABASE_BACK)
            return
        if self._silent_since is None:
            self._silent_since = began
            log.error("PostgreSQL does not answer")
        if self._clock.seconds() - self._silent_since >= AWAY_AFTER:
            await self._tell(AlertKind.DATABASE_AWAY)

    async def _tell(self, kind: AlertKind) -> None:
        for channel, way in self._ways.items():
            if self._is_to_be_told(kind, self._told[channel]):
                await self._send(kind, way, self._told[channel])

    def _is_to_be_told(self, kind: AlertKind, told: _Told) -> bool:
        seconds = self._clock.seconds()
        if seconds < told.next_try:
            return False
        if kind is AlertKind.DATABASE_BACK:
            return told.away
        told.at = [at for at in told.at if seconds - at < HOUR.total_seconds()]
        return not told.away and len(told.at) < _PAIRS_AN_HOUR

    async def _send(self, kind: AlertKind, way: Way, told: _Told) -> None:
        now = self._clock.now()
        if not await way.send(of_the_database(kind, self._site_url, now), now):
            told.failures += 1
            told.next_try = self._clock.seconds() + pause_after(told.failures).total_seconds()
            log.warning("an alert could not be sent", extra={"error_type": kind.value})
            return
        told.failures, told.next_try = 0, 0.0
        told.away = kind is AlertKind.DATABASE_AWAY
        if told.away:
            told.at.append(self._clock.seconds())

"""Plays a stretch of time instant by instant: the clock's work first, then the people's, in their order."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from casework.take import Casework
from rehearsal.acts_file import Played
from rehearsal.house import House
from store.quiet import Stillness, stillness

_LATE = timedelta(seconds=1)
"""The server's timers ring late by the time that setting them took; the conductor waits this long beyond an instant."""
_STALLED_AFTER = 30.0
_PAUSE = 0.004


class RehearsalStalled(Exception):
    """Something is due and nobody does it: a fault in the product, which a rehearsal must not hide."""


class People(Protocol):
    """Who acts in a rehearsal."""

    async def next_at(self) -> datetime | None:
        """When somebody next does something, as things stand; None for nobody."""
        ...

    async def acts_at(self, instant: datetime) -> list[Played]:
        """What people do at that instant, in order."""
        ...


@dataclass(frozen=True, slots=True)
class _Instant:
    """When something happens next, and whether the clock has something to do then, or people alone."""

    at: datetime
    is_the_clocks: bool


class Conductor:
    """Keeps the rehearsal's time. `on_progress` hears of every instant that was played."""

    def __init__(self, house: House, people: People, on_progress: Callable[[datetime], None]) -> None:
        self._house = house
        self._people = people
        self._casework = Casework(house.database, house.clock)
        self._on_progress = on_progress

    async def play(self, until: datetime) -> None:
        """Play everything that happens until an instant (UTC), that instant included."""
        wake = await self.settle()
        while (upcoming := await self._next_instant(wake)) is not None and upcoming.at <= until:
            instant = upcoming.at
            await self._go_to(instant)
            if upcoming.is_the_clocks:
                wake = await self.settle()
            acts = await self._people.acts_at(instant)
            for played in acts:
                await self._act(played)
            if acts:
                wake = await self.settle()
            self._on_progress(instant)
        await self._go_to(until)

    async def _next_instant(self, wake: datetime | None) -> "_Instant | None":
        times = [time for time in (wake, await self._people.next_at()) if time is not None]
        if not times:
            return None
        at = max(min(times), self._house.clock.instant)
        return _Instant(at, is_the_clocks=wake is not None and wake <= at)

    async def _go_to(self, instant: datetime) -> None:
        """Let the server's time pass; its timers fire on the way, in their order.

        Also where only people act: a server that lags behind gives a workflow several instants in one task, and the
        history is another one than in operation.
        """
        self._house.clock.instant = instant
        server_now = await self._house.environment.get_current_time()
        ahead = instant - self._house.shift + _LATE - server_now
        if ahead > timedelta():
            await self._house.environment.sleep(ahead)

    async def settle(self) -> datetime | None:
        """Wait until everything that is due at this instant is done; gives when the clock next has something to do."""
        waiting_since = time.monotonic()
        while not (found := await self._stillness()).is_quiet:
            if found.waits_for_relay:
                await self._house.relay.sweep()
            sent = await self._house.letters.send_due() if found.waits_for_post else 0
            if time.monotonic() - waiting_since > _STALLED_AFTER:
                raise RehearsalStalled(f"At {self._house.clock.instant.isoformat()} something is due and is not done.")
            if found.waits_for_temporal or not sent:
                await asyncio.sleep(_PAUSE)
        return found.first_wake

    async def _stillness(self) -> Stillness:
        async with self._house.database.alone() as session:
            return await stillness(session, self._house.clock.instant)

    async def _act(self, played: Played) -> None:
        answer = await self._casework.take(played.child, played.act, shows_case=False)
        await self._house.relay.tell_all(answer.to_tell)

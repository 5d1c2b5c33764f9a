"""Plays a stretch of time instant by instant: the clock's work first, then the people's, in their order."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from casework.take import Casework
from rehearsal.acts_file import Played
from rehearsal.house import House
from store.quiet import first_wake, is_quiet

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


class Conductor:
    """Keeps the rehearsal's time. `on_progress` hears of every instant that was played."""

    def __init__(self, house: House, people: People, on_progress: Callable[[datetime], None]) -> None:
        self._house = house
        self._people = people
        self._casework = Casework(house.database, house.clock)
        self._on_progress = on_progress

    async def play(self, until: datetime) -> None:
        """Play everything that happens until an instant (UTC), that instant included."""
        await self._settle()
        while (instant := await self._next_instant()) is not None and instant <= until:
            await self._go_to(instant)
            await self._settle()
            acts = await self._people.acts_at(instant)
            for played in acts:
                await self._act(played)
            if acts:
                await self._settle()
            self._on_progress(instant)
        await self._go_to(until)

    async def _next_instant(self) -> datetime | None:
        async with self._house.database.transaction() as session:
            wake = await first_wake(session)
        times = [time for time in (wake, await self._people.next_at()) if time is not None]
        return max(min(times), self._house.clock.instant) if times else None

    async def _go_to(self, instant: datetime) -> None:
        """Let the server's time pass; its timers fire on the way, in their order."""
        self._house.clock.instant = instant
        server_now = await self._house.environment.get_current_time()
        ahead = instant - self._house.shift + _LATE - server_now
        if ahead > timedelta():
            await self._house.environment.sleep(ahead)

    async def _settle(self) -> None:
        """Wait until everything that is due at this instant is done."""
        waiting_since = time.monotonic()
        while not await self._is_quiet():
            await self._house.letters.send_waiting()
            if time.monotonic() - waiting_since > _STALLED_AFTER:
                raise RehearsalStalled(f"At {self._house.clock.instant.isoformat()} something is due and is not done.")
            await asyncio.sleep(_PAUSE)

    async def _is_quiet(self) -> bool:
        async with self._house.database.transaction() as session:
            return await is_quiet(session, self._house.clock.instant)

    async def _act(self, played: Played) -> None:
        answer = await self._casework.take(played.child, played.act)
        await self._house.relay.tell_all(answer.to_tell)

"""Can everything work? The state of each part in a word, for `/ready`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from contracts.clock import Clock
from starter.connect import TemporalUnreachableError
from starter.watching import POLLS_WITHIN, Watch
from store.cases import the_authority
from store.database import Database

READY = "ready"
_PATIENCE = 1.5
"""Seconds that one part is waited for; who asks for readiness has little patience."""
_REMEMBERED = 0.5
"""Seconds for which an answer holds: anybody may ask, and asking costs four connections."""
_REMEDIES = {
    "database": "PostgreSQL: bring it back, or run the migrations. Nothing can be read or stored meanwhile.",
    "temporal": "Temporal: bring it back. Acts are taken meanwhile and told to it later.",
    "worker": "Worker: start it. Acts are taken meanwhile; letters, deadlines and payments wait.",
    "mail": "Mail server: bring it back. Letters wait and are tried again for five days.",
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """`parts` has a word for each part; a part that can work is `ready`."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        return all(state == READY for state in self.parts.values())

    @property
    def sentences(self) -> list[str]:
        """What to do about each part that cannot work."""
        return [_REMEDIES[part] for part, state in self.parts.items() if state != READY]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the letters go."""

    host: str
    port: int


class Observer:
    """Looks at every part at once. `clock` is real time, also where cases are played at another."""

    def __init__(self, database: Database, clock: Clock, watch: Watch | None, mail: MailServer) -> None:
        self._database, self._clock, self._watch, self._mail = database, clock, watch, mail
        self._one_at_a_time = asyncio.Lock()
        self._last = Readiness({})
        self._good_until = 0.0

    async def look(self) -> Readiness:
        """The present state, at most half a second old."""
        loop = asyncio.get_running_loop()
        async with self._one_at_a_time:
            if loop.time() >= self._good_until:
                self._last = await self._look()
                self._good_until = loop.time() + _REMEMBERED
            return self._last

    async def _look(self) -> Readiness:
        (database, now), (temporal, polled), mail = await asyncio.gather(
            self._look_at_database(), self._look_at_temporal(), self._look_at_mail()
        )
        worker = "unknown" if temporal != READY or now is None else _state_of_worker(now, polled)
        return Readiness({"database": database, "temporal": temporal, "worker": worker, "mail": mail})

    async def _look_at_database(self) -> tuple[str, datetime | None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                async with self._database.transaction() as session:
                    await the_authority(session)
                return READY, await self._clock.now()
        except ProgrammingError:
            return "not_migrated", None
        except (SQLAlchemyError, OSError):
            return "unreachable", None

    async def _look_at_temporal(self) -> tuple[str, datetime | None]:
        if self._watch is None:
            return "unreachable", None
        try:
            async with asyncio.timeout(_PATIENCE):
                return READY, await self._watch.last_poll()
        except (TemporalUnreachableError, TimeoutError):
            return "unreachable", None

    async def _look_at_mail(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                _, writer = await asyncio.open_connection(self._mail.host, self._mail.port)
        except OSError:
            return "unreachable"
        writer.close()
        return READY


def _state_of_worker(now: datetime, polled: datetime | None) -> str:
    lately = polled is not None and now - polled < POLLS_WITHIN + timedelta(seconds=2)
    return READY if lately else "absent"

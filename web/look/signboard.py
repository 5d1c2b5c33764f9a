"""Whose service this is: the name of the authority on every page, and whether it is a demonstration."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from store.cases import the_authority
from store.database import Database

_PATIENCE = 1.0
"""Seconds that a page waits for it; a page is shown without it while the database is away."""
_REMEMBERED = 30.0
"""Seconds for which an answer holds."""


@dataclass(frozen=True, slots=True)
class Owner:
    """`name` is None while no authority is set up, or none was seen yet."""

    name: str | None = None
    demonstration: bool = False


class Signboard:
    """Remembers the authority, so that a page costs no query for it. Where there is none yet, it looks every time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = Owner()
        self._good_until = 0.0

    async def read(self) -> Owner:
        """The authority as it was at most half a minute ago, or as it was last seen."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._good_until:
            found = await self._look()
            if found is not None:
                self._last, self._good_until = found, loop.time() + _REMEMBERED
        return self._last

    async def _look(self) -> Owner | None:
        try:
            async with asyncio.timeout(_PATIENCE), self._database.transaction() as session:
                found = await the_authority(session)
        except (SQLAlchemyError, OSError):
            return None
        return Owner(found.name, found.demonstration) if found else None

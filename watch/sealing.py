"""Seals the operators' audit every hour, and when the watch stops. Each seal's number and signature go to the log.

The log is kept elsewhere: what it has cannot be changed from inside the database (repairs/seals.py).
"""

import logging
from datetime import timedelta

from repairs.seals import Sealed, seal
from starter.encryption import KeyRing
from store.operator_audit import last_seal
from watch.parts import Parts

EVERY = timedelta(hours=1)
log = logging.getLogger("watch")


class Sealing:
    """A round, and the last thing that a watch does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keys = KeyRing(parts.settings.encryption_keys)
        self.last: Sealed | None = None
        """The last seal that this process has made: it knows that one without the database."""

    async def walk(self) -> None:
        """Seal what has grown, once the last seal is an hour old."""
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            last = await last_seal(session)
        if last is None or now - last.at >= EVERY:
            await self.seal()

    async def seal(self) -> None:
        """Seal what has grown since the last seal."""
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            made = await seal(session, self._keys, now)
        if made is not None:
            self.last = made
            log.info("the audit is sealed", extra={"seal": f"{made.number}:{made.seal}"})

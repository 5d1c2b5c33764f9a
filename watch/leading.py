"""One watch looks and tells; others stand by and take over within seconds. Repairs are done by all."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from store.database import Database
from store.leading import lead
from watch.rounds import Round

PAUSE = 1.0
"""Seconds between two looks at whether the lead is free, or still held."""
log = logging.getLogger("watch")


class Lead:
    """Whether this watch leads. Without PostgreSQL nobody does."""

    def __init__(self, database: Database, pause: float = PAUSE) -> None:
        self._database = database
        self._pause = pause
        self._leads = False
        self._stands_by = False
        self._goes_on = asyncio.Event()
        """Set while this watch leads, and when it stops: nobody waits for the lead then."""

    @property
    def held(self) -> bool:
        """Whether this watch leads, as far as it knows."""
        return self._leads

    async def strive(self, stopped: asyncio.Event) -> None:
        """Take the lead when it is free, and again when it was lost, until `stopped`."""
        while not stopped.is_set():
            try:
                await lead(self._database, self._take, self._stand_by, stopped, self._pause)
            except Exception as error:  # whatever it is, PostgreSQL may be back at the next try
                if self._leads:
                    log.warning("the lead is lost", extra={"error_type": type(error).__name__})
            finally:
                self._leads = False
                self._goes_on.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), self._pause)
        self._goes_on.set()

    def _stand_by(self) -> None:
        if not self._stands_by:
            log.info("this watch stands by")
        self._stands_by = True

    def _take(self) -> None:
        self._leads, self._stands_by = True, False
        self._goes_on.set()
        log.info("this watch leads")

    def alone(self, one: Round) -> Round:
        """The same round, walked only while this watch leads, and as soon as it does, whatever its pause is.

        One that is being walked when the lead is lost is walked to its end: what a round writes is written once,
        whoever writes it.
        """

        async def walk() -> None:
            await self._goes_on.wait()
            if self.held:
                await one.walk()

        return replace(one, walk=walk)

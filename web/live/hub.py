"""The one ear of this process: it hears from PostgreSQL that a case moved, and tells the pages that show it."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.notices import listen

MOST_EACH = 8
"""Streams of one person: a stream a page that is in sight."""
MOST = 1000
"""Streams of this process."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
"""Seconds before PostgreSQL is asked again, doubled each time in vain."""
log = logging.getLogger(__name__)


class Reader:
    """A page that waits for news of its case. It keeps one bit: news that it has not taken yet say all of the next."""

    def __init__(self) -> None:
        self._something = asyncio.Event()
        self._moved = False
        self.ended = False

    def tell(self) -> None:
        """The case moved."""
        self._moved = True
        self._something.set()

    def look(self) -> None:
        """The case may have moved while nobody listened."""
        self._something.set()

    def end(self) -> None:
        """There will be no more news."""
        self.ended = True
        self._something.set()

    async def moved_within(self, seconds: float) -> bool:
        """Come back as soon as it is time to look, at the latest then: whether the case moved for certain."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()
        self._something.clear()
        moved, self._moved = self._moved, False
        return moved


class Hub:
    """Listens from the first reader on until it is closed, whatever becomes of the connection meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readers: defaultdict[str, set[Reader]] = defaultdict(set)
        self._each: Counter[int] = Counter()
        self._listening: asyncio.Task[None] | None = None
        self._closed = False

    def has_room_for(self, person_id: int) -> bool:
        """Whether one more stream of this person is taken."""
        return not self._closed and self._each[person_id] < MOST_EACH and self._each.total() < MOST

    @contextmanager
    def reading(self, person_id: int, case_id: str) -> Iterator[Reader]:
        """A reader of one case's news. Where there is no room it has ended before it begins."""
        reader = Reader()
        if not self.has_room_for(person_id):
            reader.end()
            yield reader
            return
        self._each[person_id] += 1
        self._readers[case_id].add(reader)
        self._listening = self._listening or asyncio.create_task(self._listen())
        try:
            yield reader
        finally:
            self._each[person_id] -= 1
            self._readers[case_id].discard(reader)
            if not self._readers[case_id]:
                del self._readers[case_id]

    async def close(self) -> None:
        """End every stream and take no more."""
        self._closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.end()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def _tell(self, case_id: str) -> None:
        for reader in self._readers.get(case_id, ()):
            reader.tell()

    def _everybody_looks(self) -> None:
        for readers in self._readers.values():
            for reader in readers:
                reader.look()

    async def _listen(self) -> None:
        pause = _FIRST_PAUSE

        def ready() -> None:
            nonlocal pause
            pause = _FIRST_PAUSE
            self._everybody_looks()

        while True:
            try:
                await listen(self._database, ready, self._tell)
                log.warning("the connection that hears of moved cases was lost; it is made anew")
            except (SQLAlchemyError, OSError) as error:
                log.warning("nobody hears of moved cases now", extra={"error_type": type(error).__name__})
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

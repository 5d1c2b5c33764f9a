"""Scripted people: each looks at what is missing from them, and does it in their own time.

Nothing is planned ahead: what somebody does next follows from how the review stands, so people react to returns, moves
and refusals as real ones would. The same seed always plays the same year.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from rehearsal.acts_file import Played
from rehearsal.clock import ConductedClock
from rehearsal.drawn import Intention
from store.database import Database
from store.reviews import KeptReview, changes_of_open_reviews, get_review

Mind = Callable[[str, KeptReview, datetime], list[Intention]]
"""What the people on one case, by its reference, mean to do as its review stands at a UTC instant."""


class ScriptedPeople:
    """`rehearsal.conductor.People` for people with a mind: the three manners, or directed ones."""

    def __init__(self, database: Database, clock: ConductedClock, mind: Mind) -> None:
        self._database = database
        self._clock = clock
        self._mind = mind
        self._seen: dict[str, int] = {}
        self._intentions: dict[str, list[Intention]] = {}
        self._done: set[str] = set()

    async def next_at(self) -> datetime | None:
        await self._look()
        return min((intention.at for intention in self._open()), default=None)

    async def acts_at(self, instant: datetime) -> list[Played]:
        """What is due, child by child. Whatever was tried is not tried again, refused or not."""
        due = [intention for intention in self._open() if intention.at <= instant]
        self._done |= {intention.key for intention in due}
        return [Played(instant, intention.child, intention.act) for intention in due]

    def _open(self) -> Iterator[Intention]:
        for intentions_of_one in self._intentions.values():
            yield from (one for one in intentions_of_one if one.key not in self._done)

    async def _look(self) -> None:
        """Think again about every review that has changed since it was last looked at."""
        async with self._database.alone() as session:  # nobody else does anything meanwhile
            found = await changes_of_open_reviews(session)
            for ref, review_id, changes in found:
                if self._seen.get(review_id) != changes:
                    self._seen[review_id] = changes
                    await self._think(session, ref, review_id)
        for over in self._intentions.keys() - {review_id for _, review_id, _ in found}:
            self._intentions[over] = []

    async def _think(self, session: AsyncSession, ref: str, review_id: str) -> None:
        review = await get_review(session, review_id)
        assert review is not None, "reviews are never deleted"  # noqa: S101
        self._intentions[review_id] = self._mind(ref, review, self._clock.instant)


class ActsFromFile:
    """`rehearsal.conductor.People` for a file: exactly these acts, and nobody else does anything."""

    def __init__(self, acts: list[Played]) -> None:
        self._acts = acts

    async def next_at(self) -> datetime | None:
        return self._acts[0].at if self._acts else None

    async def acts_at(self, instant: datetime) -> list[Played]:
        due = [played for played in self._acts if played.at <= instant]
        self._acts = self._acts[len(due) :]
        return due

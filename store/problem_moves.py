"""What people write and change about a problem, and its history: its states, and who looked after it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import ProblemMove, ProblemNote, ProblemRow

TAKEN, GIVEN_BACK = "taken", "given_back"
"""What is noted beside the states of contracts/problems.py."""


def note_move(session: AsyncSession, problem_id: int, what: str, now: datetime, person_id: int | None = None) -> None:
    """Note that a problem came to a state, was taken or given back; in the transaction that changes it. `now` is UTC.
    Without a person it is what the watch saw."""
    session.add(ProblemMove(problem_id=problem_id, at=now, person_id=person_id, what=what))


def add_note(session: AsyncSession, problem_id: int, person_id: int, words: str, now: datetime) -> None:
    """Somebody's words about a problem. `now` is UTC."""
    session.add(ProblemNote(problem_id=problem_id, person_id=person_id, at=now, words=words))


async def lock_problem(session: AsyncSession, number: int) -> ProblemRow | None:
    """A problem that nobody else changes until this transaction ends."""
    return (
        await session.execute(select(ProblemRow).where(ProblemRow.id == number).with_for_update())
    ).scalar_one_or_none()

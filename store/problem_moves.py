"""The history of a problem: every change of its state and of who looks after it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import ProblemMove

TAKEN, GIVEN_BACK = "taken", "given_back"
"""What is noted beside the states of contracts/problems.py."""


def note_move(session: AsyncSession, problem_id: int, what: str, now: datetime, person_id: int | None = None) -> None:
    """Note that a problem came to a state, was taken or given back; in the transaction that changes it. `now` is UTC.
    Without a person it is what the watch saw."""
    session.add(ProblemMove(problem_id=problem_id, at=now, person_id=person_id, what=what))

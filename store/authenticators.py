"""Authenticator apps. A row is locked while a code is judged: each failure counts, no step is taken twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.page_tables import Authenticator

FAILURES = 5
"""After so many wrong codes one after the other it is locked."""
LOCKED_FOR = timedelta(minutes=15)


class Judged(StrEnum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    """It was right, and was taken before: the next one will do."""
    LOCKED = "locked"


async def sealed_secret(session: AsyncSession, person_id: int) -> str | None:
    """The secret of a person's authenticator as it is kept; None for who has set up none."""
    query = select(Authenticator.sealed_secret).where(Authenticator.person_id == person_id)
    return (await session.execute(query)).scalar_one_or_none()


async def enrol(session: AsyncSession, person_id: int, sealed: str, step: int | None, now: datetime) -> bool:
    """Keep a new authenticator; False where the person has one. `step` is that of the code it was confirmed with."""
    row = insert(Authenticator).values(
        person_id=person_id, sealed_secret=sealed, enrolled_at=now, last_step=step, failures=0
    )
    kept = await session.execute(row.on_conflict_do_nothing().returning(Authenticator.person_id))
    return kept.first() is not None


async def judge(session: AsyncSession, person_id: int, step_of: Callable[[str], int | None], now: datetime) -> Judged:
    """Take a code or count a failure. `step_of` gives the time step that fits the code, for the sealed secret.

    NoResultFound for who has no authenticator.
    """
    query = select(Authenticator).where(Authenticator.person_id == person_id).with_for_update()
    kept = (await session.execute(query)).scalar_one()
    if kept.locked_until is not None and now < kept.locked_until:
        return Judged.LOCKED
    step = step_of(kept.sealed_secret)
    if step is None:
        return _fail(kept, now)
    if kept.last_step is not None and step <= kept.last_step:
        return Judged.USED
    kept.last_step, kept.failures, kept.locked_until = step, 0, None
    return Judged.RIGHT


async def seal_anew(session: AsyncSession, person_id: int, sealed: str) -> None:
    """Keep the same secret under another key."""
    query = update(Authenticator).where(Authenticator.person_id == person_id).values(sealed_secret=sealed)
    await session.execute(query)


async def forget(session: AsyncSession, person_id: int) -> bool:
    """Remove a person's authenticator, so that they set up another; False where there is none."""
    gone = delete(Authenticator).where(Authenticator.person_id == person_id).returning(Authenticator.person_id)
    return (await session.execute(gone)).first() is not None


def _fail(kept: Authenticator, now: datetime) -> Judged:
    kept.failures += 1
    if kept.failures < FAILURES:
        return Judged.WRONG
    kept.failures, kept.locked_until = 0, now + LOCKED_FOR
    return Judged.LOCKED

"""The outbox of mail: claimed, sent and marked one by one."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Letter

CLAIM_LASTS = timedelta(minutes=15)
"""After this long a claim is taken to be of a sender that died; the letter goes out again, the same to the byte."""


class LetterState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MAYBE_SENT = "maybe_sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter as it is put into the outbox; the columns are explained in store/tables.py."""

    review_id: str
    case_id: str
    kind: str
    role: str
    intended_role: str
    step: str
    level: int | None
    facts: dict[str, Any]
    address: str
    message_id: str
    dated: datetime


async def add_letter(session: AsyncSession, letter: NewLetter) -> None:
    """Put a letter into the outbox; the same step to the same reader only once."""
    row = insert(Letter).values(**asdict(letter), state=LetterState.WAITING, attempts=0, next_try_at=letter.dated)
    await session.execute(row.on_conflict_do_nothing(index_elements=["review_id", "step", "role", "address"]))


async def claim_letters(session: AsyncSession, review_id: str, now: datetime) -> list[Letter]:
    """Take a review's waiting letters for sending; another sender leaves them alone meanwhile."""
    query = select(Letter).where(Letter.review_id == review_id, Letter.settled_at.is_(None))
    query = query.where(_is_due(now)).order_by(Letter.id).with_for_update(skip_locked=True)
    rows = list((await session.execute(query)).scalars())
    for row in rows:
        row.state = LetterState.SENDING
        row.claimed_at = now
        row.attempts += 1
    await session.flush()
    return rows


async def settle_letter(
    session: AsyncSession, letter_id: int, state: LetterState, now: datetime, smtp_code: int | None = None
) -> None:
    """Nothing more is done about this letter."""
    await _change(session, letter_id, state=state, settled_at=now, claimed_at=None, smtp_code=smtp_code)


async def give_back_letter(session: AsyncSession, letter_id: int, next_try_at: datetime, smtp_code: int | None) -> None:
    """It could not be sent this time; it waits for the next."""
    waiting = {"state": LetterState.WAITING, "claimed_at": None, "next_try_at": next_try_at}
    await _change(session, letter_id, **waiting, smtp_code=smtp_code)


async def reviews_with_letters_due(session: AsyncSession, now: datetime, limit: int = 200) -> list[str]:
    """Reviews that have a letter to send now, those that wait longest first."""
    query = select(Letter.review_id).where(Letter.settled_at.is_(None), _is_due(now)).order_by(Letter.id).limit(limit)
    return list(dict.fromkeys((await session.execute(query)).scalars()))


async def _change(session: AsyncSession, letter_id: int, **values: Any) -> None:
    await session.execute(update(Letter).where(Letter.id == letter_id).values(**values))


def _is_due(now: datetime) -> ColumnElement[bool]:
    unclaimed = Letter.claimed_at.is_(None) | (Letter.claimed_at < now - CLAIM_LASTS)
    return unclaimed & (Letter.next_try_at <= now)


async def letters_waiting(session: AsyncSession, review_id: str | None = None) -> int:
    """How many letters are not settled: of one review, or of all."""
    query = select(func.count()).select_from(Letter).where(Letter.settled_at.is_(None))
    if review_id is not None:
        query = query.where(Letter.review_id == review_id)
    return (await session.execute(query)).scalar_one()

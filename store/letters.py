"""The outbox of mail: claimed, sent and marked one by one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    all_,
    bindparam,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.events import add_event
from store.outbox_tables import Letter
from store.tables import CaseEvent
from store.watch_tables import CaseHold

CLAIM_LASTS = timedelta(minutes=15)
"""After this long a claim is taken to be of a sender that died; the letter goes out again, the same to the byte.

Longer than a mail server can keep a sender that lives (`Patience.longest` in post/smtp.py).
"""


class LetterState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MAYBE_SENT = "maybe_sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"
    BOUNCED = "bounced"
    """A mail server had taken it, and another one sent it back."""


UNDELIVERED = (LetterState.REFUSED, LetterState.GIVEN_UP, LetterState.BOUNCED)
"""Its reader has not been told: a task for the Virtual School until somebody sees to it (`seen_to_at`)."""
LEFT = (LetterState.SENT, LetterState.MAYBE_SENT)
"""It went out; with MAYBE_SENT the mail server's answer was lost."""
_MAY_COME_BACK = (*LEFT, LetterState.SENDING, LetterState.WAITING)
"""A report can be faster than the sender that still waits for the reply."""


def not_told() -> ColumnElement[bool]:
    """A letter did not arrive, and nobody has seen to it.

    The states stand in the query itself: in a prepared one PostgreSQL would not know that the small index has them all.
    """
    values = [state.value for state in UNDELIVERED]
    states: BindParameter[Any] = bindparam("undelivered", values, expanding=True, literal_execute=True)
    return Letter.state.in_(states) & Letter.seen_to_at.is_(None)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter as it is put into the outbox; the columns are explained in store/outbox_tables.py."""

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


_COLUMNS = tuple(field.name for field in fields(NewLetter))
_PUT = insert(Letter.__table__).inline().on_conflict_do_nothing(index_elements=["review_id", "step", "role", "address"])  # type: ignore[arg-type]


async def add_letters(session: AsyncSession, letters: Sequence[NewLetter]) -> None:
    """Put letters into the outbox in their order; the same step to the same reader only once."""
    if letters:
        await session.execute(_PUT, [_row(letter) for letter in letters])


def _row(letter: NewLetter) -> dict[str, Any]:
    written = {name: getattr(letter, name) for name in _COLUMNS}
    return {**written, "state": LetterState.WAITING, "attempts": 0, "next_try_at": letter.dated}


async def claim_letter(session: AsyncSession, now: datetime, in_hand: Collection[int] = ()) -> Letter | None:
    """Take the letter that is due for the longest time; another sender leaves it alone meanwhile. None: none is due.

    `in_hand` are letters that the caller is sending still: they are not taken however old their claims are.
    """
    asked = {"now": now, "too_long_ago": now - CLAIM_LASTS, "in_hand": list(in_hand)}
    row = await session.execute(_CLAIM, asked, execution_options={"synchronize_session": False})
    return row.scalar_one_or_none()


def is_due(now: datetime) -> ColumnElement[bool]:
    """A sender would take this letter at that instant (UTC): its turn has come, nobody has it, its case is not held."""
    return _due(literal(now), literal(now - CLAIM_LASTS))


async def settle_letter(
    session: AsyncSession, letter_id: int, state: LetterState, now: datetime, smtp_code: int | None = None
) -> None:
    """Nothing more is done about this letter."""
    await session.execute(_SETTLE, {"letter": letter_id, "how": state, "now": now, "code": smtp_code})


async def settle_and_tell(
    session: AsyncSession,
    letter: Letter,
    state: LetterState,
    now: datetime,
    smtp_code: int | None,
    what: str,
    facts: dict[str, Any],
) -> None:
    """Nothing more is done about this letter, and the case's history says what became of it: one statement for both."""
    settled = {"letter": letter.id, "how": state, "now": now, "code": smtp_code}
    line = {"of_case": letter.case_id, "of_review": letter.review_id, "told": what, "with_facts": facts}
    await session.execute(_SETTLE_AND_TELL, settled | line)


async def letter_that_came_back(session: AsyncSession, message_ids: Sequence[str]) -> Letter | None:
    """The letter of the first of these Message-IDs that is one of ours and was tried, locked; None without one."""
    query = select(Letter).where(Letter.message_id.in_(message_ids), Letter.attempts > 0)
    found = {letter.message_id: letter for letter in (await session.execute(query.with_for_update())).scalars()}
    return next((found[one] for one in message_ids if one in found), None)


async def mark_bounced(
    session: AsyncSession, letter: Letter, now: datetime, smtp_code: int, facts: dict[str, Any]
) -> bool:
    """It came back, and the case's history says so. False for one that is settled otherwise; the row is locked."""
    if letter.state not in _MAY_COME_BACK:
        return False
    letter.state, letter.settled_at, letter.claimed_at, letter.smtp_code = LetterState.BOUNCED, now, None, smtp_code
    letter.seen_to_at = None
    add_event(session, letter.case_id, letter.review_id, now, "letter_bounced", "clock", **facts)
    return True


async def undelivered(session: AsyncSession, case_id: str, letter_id: int) -> Letter | None:
    """A letter of this case that did not arrive, locked; None where there is none of that number."""
    query = select(Letter).where(Letter.case_id == case_id, Letter.id == letter_id, Letter.state.in_(UNDELIVERED))
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def letters_of(session: AsyncSession, review_id: str) -> list[Letter]:
    """Every letter of a review, whatever became of it, the newest first."""
    query = select(Letter).where(Letter.review_id == review_id).order_by(Letter.dated.desc(), Letter.id.desc())
    return list((await session.execute(query)).scalars())


async def give_back_letter(session: AsyncSession, letter_id: int, next_try_at: datetime, smtp_code: int | None) -> None:
    """It could not be sent this time; it waits for the next."""
    waiting = {"state": LetterState.WAITING, "claimed_at": None, "next_try_at": next_try_at, "smtp_code": smtp_code}
    came_back = Letter.state == LetterState.BOUNCED
    await session.execute(update(Letter).where(Letter.id == letter_id, ~came_back).values(**waiting))


async def untried(session: AsyncSession, case_id: str) -> list[Letter]:
    """A case's letters that no sender has ever had in hand, locked: a sender leaves them alone meanwhile."""
    query = select(Letter).where(Letter.case_id == case_id, Letter.settled_at.is_(None), Letter.attempts == 0)
    return list((await session.execute(query.order_by(Letter.id).with_for_update())).scalars())


async def cases_with_untried(session: AsyncSession) -> list[str]:
    """The ids of cases that have such letters, in order."""
    query = select(Letter.case_id).where(Letter.settled_at.is_(None), Letter.attempts == 0).distinct()
    return list((await session.execute(query.order_by(Letter.case_id))).scalars())


async def others_with(session: AsyncSession, letter: Letter) -> list[Letter]:
    """The same letter to other readers, whatever became of it."""
    same = (Letter.review_id == letter.review_id, Letter.step == letter.step, Letter.id != letter.id)
    query = select(Letter).where(*same).order_by(Letter.id).execution_options(populate_existing=True)
    return list((await session.execute(query)).scalars())


async def wait_again(session: AsyncSession, letter_id: int) -> None:
    """A letter that was withdrawn waits as if it had not been."""
    await _change(session, letter_id, state=LetterState.WAITING, settled_at=None)


async def send_again(session: AsyncSession, letter_id: int, role: str, address: str, now: datetime) -> None:
    """A letter that did not arrive waits as if it had not been tried, the same to the byte but for whom it goes to.

    Its five days until it is given up begin anew.
    """
    untried = {"state": LetterState.WAITING, "settled_at": None, "claimed_at": None, "smtp_code": None, "attempts": 0}
    await _change(session, letter_id, **untried, role=role, address=address, next_try_at=now, sent_again_at=now)


async def try_now(session: AsyncSession, letter_id: int, now: datetime) -> None:
    """A letter that waits for its next attempt has it at once."""
    await _change(session, letter_id, next_try_at=now)


async def see_to(session: AsyncSession, letter_id: int, now: datetime) -> None:
    """Its reader has what it said: nobody has to see to this letter any more."""
    await _change(session, letter_id, seen_to_at=now)


async def readdress_waiting(session: AsyncSession, before: str, address: str) -> None:
    """Whatever is still to be sent to an address that was wrong goes to the right one."""
    query = update(Letter).where(Letter.address == before, Letter.settled_at.is_(None), Letter.claimed_at.is_(None))
    await session.execute(query.values(address=address), execution_options={"synchronize_session": False})


async def readdress(session: AsyncSession, letter_id: int, role: str, address: str) -> None:
    """Another reader gets a letter that was never tried."""
    await _change(session, letter_id, role=role, address=address)


async def _change(session: AsyncSession, letter_id: int, **values: Any) -> None:
    await session.execute(update(Letter).where(Letter.id == letter_id).values(**values))


_IS_HELD = select(CaseHold.case_id).where(CaseHold.case_id == Letter.case_id).correlate(Letter).exists()
"""A held case writes to nobody (docs/adr/0011): its letters wait, whatever their hour."""


def _due(now: BindParameter[Any], too_long_ago: BindParameter[Any]) -> ColumnElement[bool]:
    unclaimed = Letter.claimed_at.is_(None) | (Letter.claimed_at < too_long_ago)
    return Letter.settled_at.is_(None) & unclaimed & (Letter.next_try_at <= now) & ~_IS_HELD


_LONGEST_DUE = (
    select(Letter.id)
    .where(
        _due(bindparam("now"), bindparam("too_long_ago")),
        Letter.id != all_(bindparam("in_hand", type_=ARRAY(BigInteger))),
    )
    .order_by(Letter.next_try_at, Letter.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(Letter)
    .where(Letter.id == _LONGEST_DUE)
    .values(state=LetterState.SENDING, claimed_at=bindparam("now"), attempts=Letter.attempts + 1)
    .returning(Letter)
)
_SETTLE = (
    update(Letter.__table__)  # type: ignore[arg-type]
    .where(Letter.id == bindparam("letter"), Letter.state != LetterState.BOUNCED)
    .values(state=bindparam("how"), settled_at=bindparam("now"), claimed_at=null(), smtp_code=bindparam("code"))
)
_SETTLE_AND_TELL = (
    insert(CaseEvent.__table__)  # type: ignore[arg-type]
    .inline()
    .values(
        case_id=bindparam("of_case"),
        review_id=bindparam("of_review"),
        at=bindparam("now"),
        what=bindparam("told"),
        by=literal("clock"),
        facts=bindparam("with_facts"),
    )
    .add_cte(_SETTLE.cte("settled"))
)
"""Built once: building such a query costs more than running it."""


async def withdraw(session: AsyncSession, review_id: str, step: str, now: datetime) -> None:
    """A step that is no longer true before it was sent: its letters stay where they are."""
    query = update(Letter).where(Letter.review_id == review_id, Letter.step == step, Letter.settled_at.is_(None))
    unclaimed = query.where(Letter.claimed_at.is_(None))
    await session.execute(unclaimed.values(state=LetterState.WITHDRAWN, settled_at=now))

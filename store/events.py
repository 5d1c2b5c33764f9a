"""The case's history: append-only, in the words of the field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Case, CaseEvent, Review

_LINES = "lines of the history"
_STORE = insert(CaseEvent.__table__).inline()  # type: ignore[arg-type]


def add_event(
    session: AsyncSession,
    case_id: str,
    review_id: str | None,
    at: datetime,
    what: str,
    by: str,
    **facts: Any,
) -> None:
    """One line of the history. `facts` hold no name and no words that somebody typed.

    The lines of a transaction are stored together, in their order, before it ends or before they are read in it.
    """
    line = {"case_id": case_id, "review_id": review_id, "at": at, "what": what, "by": by, "facts": facts}
    session.info.setdefault(_LINES, []).append(line)


async def store_events(session: AsyncSession) -> None:
    """Store the lines that this transaction has added so far: one statement for all of them."""
    lines = session.info.pop(_LINES, None)
    if lines:
        await session.flush()  # a line may be about a case that is new in this transaction
        await session.execute(_STORE, lines)


async def has_event(session: AsyncSession, review_id: str, what: str) -> bool:
    """Whether a review's history has a line of that kind."""
    await store_events(session)
    query = select(CaseEvent.id).where(CaseEvent.review_id == review_id, CaseEvent.what == what).limit(1)
    return (await session.execute(query)).first() is not None


async def lines_of(session: AsyncSession, review_id: str) -> list[tuple[str, dict[str, Any]]]:
    """What a review's history tells, with its facts, in the order of storing."""
    await store_events(session)
    query = select(CaseEvent.what, CaseEvent.facts).where(CaseEvent.review_id == review_id).order_by(CaseEvent.id)
    return [(what, facts) for what, facts in (await session.execute(query)).all()]


async def has_left_care_at(session: AsyncSession, case_id: str, at: datetime) -> bool:
    """Whether a child stopped being looked after at that very instant."""
    query = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.what == "left_care", CaseEvent.at == at)
    return (await session.execute(query.limit(1))).first() is not None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a review's history, or of its case's meanwhile. `by` is a role, or what else did it: `clock`."""

    at: datetime
    what: str
    by: str
    facts: dict[str, Any]


async def journal_of(session: AsyncSession, case_id: str, review_id: str) -> list[Event]:
    """What happened on a review and, since it opened, on its case; the newest first."""
    opened = select(func.min(CaseEvent.at)).where(CaseEvent.review_id == review_id).scalar_subquery()
    of_the_case = and_(CaseEvent.case_id == case_id, CaseEvent.review_id.is_(None), CaseEvent.at >= opened)
    query = select(CaseEvent.at, CaseEvent.what, CaseEvent.by, CaseEvent.facts)
    query = query.where(or_(CaseEvent.review_id == review_id, of_the_case))
    rows = await session.execute(query.order_by(CaseEvent.at.desc(), CaseEvent.id.desc()))
    return [Event(*row) for row in rows.all()]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history, with the authority's reference and the term's name."""

    at: datetime
    child: str
    term: str | None
    what: str
    facts: dict[str, Any]


async def history(session: AsyncSession) -> list[Line]:
    """The history of every case in order of time; lines of one instant in the order of storing."""
    await store_events(session)
    query = select(CaseEvent.at, Case.ref, Review.term, CaseEvent.what, CaseEvent.facts)
    query = query.join(Case, Case.id == CaseEvent.case_id).join(Review, Review.id == CaseEvent.review_id, isouter=True)
    rows = await session.execute(query.order_by(CaseEvent.at, CaseEvent.id))
    return [Line(*row) for row in rows.all()]

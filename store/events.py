"""The case's history: append-only, in the words of the field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Case, CaseEvent, Review


def add_event(
    session: AsyncSession,
    case_id: str,
    review_id: str | None,
    at: datetime,
    what: str,
    by: str,
    **facts: Any,
) -> None:
    """One line of the history. `facts` hold no name and no words that somebody typed."""
    session.add(CaseEvent(case_id=case_id, review_id=review_id, at=at, what=what, by=by, facts=facts))


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
    query = select(CaseEvent.at, Case.ref, Review.term, CaseEvent.what, CaseEvent.facts)
    query = query.join(Case, Case.id == CaseEvent.case_id).join(Review, Review.id == CaseEvent.review_id, isouter=True)
    rows = await session.execute(query.order_by(CaseEvent.at, CaseEvent.id))
    return [Line(*row) for row in rows.all()]

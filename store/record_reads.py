"""The note that somebody looked at a child's record: append-only, in the transaction that read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.page_tables import RecordRead
from store.tables import Case, Person

_NOTE = insert(RecordRead.__table__).inline()  # type: ignore[arg-type]


def note_read(session: AsyncSession, person_id: int, case_id: str, what: str, now: datetime) -> None:
    """`what` names the page or the door's part, never what stands there. `now` is UTC."""
    session.add(RecordRead(at=now, person_id=person_id, case_id=case_id, what=what))


async def note_reads(session: AsyncSession, person_id: int, case_ids: Sequence[str], what: str, now: datetime) -> None:
    """The same of many cases at once: a list that was taken away."""
    if case_ids:
        rows = [{"at": now, "person_id": person_id, "case_id": case_id, "what": what} for case_id in case_ids]
        await session.execute(_NOTE, rows)


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at a record: a UTC instant, whose, and at what."""

    at: datetime
    email: str
    what: str


async def reads_of(session: AsyncSession, ref: str) -> list[Looked]:
    """Who looked at a child's record, the oldest first: for whoever has to answer for it."""
    query = select(RecordRead.at, Person.email, RecordRead.what).join(Case, Case.id == RecordRead.case_id)
    query = query.join(Person, Person.id == RecordRead.person_id).where(Case.ref == ref).order_by(RecordRead.id)
    return [Looked(*row) for row in (await session.execute(query)).all()]

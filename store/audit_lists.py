"""The operators' audit as it is read: one case's chain, or everything, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Case, Person
from store.watch_tables import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line. `ref` is None for what is about no one case, `by` for what the watch did; `at` is UTC."""

    at: datetime
    ref: str | None
    number: int
    by: str | None
    what: str
    facts: dict[str, Any]
    hash: str


async def audit_lines(session: AsyncSession, *, ref: str | None = None, limit: int, offset: int = 0) -> list[AuditLine]:
    """The newest first; with `ref` the chain of that case."""
    query = select(
        AuditEntry.at,
        Case.ref,
        AuditEntry.number,
        Person.name,
        AuditEntry.what,
        AuditEntry.facts,
        AuditEntry.hash,
    )
    query = query.outerjoin(Case, Case.id == AuditEntry.chain).outerjoin(Person, Person.id == AuditEntry.person_id)
    if ref is not None:
        query = query.where(Case.ref == ref)
    query = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit).offset(offset)
    return [AuditLine(*row) for row in (await session.execute(query)).all()]

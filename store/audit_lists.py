"""The operators' audit as it is read: what is about one case, or everything, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import Case, Person
from store.watch_tables import ABOUT_NO_CASE, AuditEntry, RepairRow


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
    words: str | None
    """What was typed as the reason of this line, as the repair has it now; its SHA-256 is in the facts."""


async def audit_lines(session: AsyncSession, *, ref: str | None = None, limit: int, offset: int = 0) -> list[AuditLine]:
    """The newest first; with `ref` the chain of that case, and who asked for or agreed to what was done there."""
    query = select(
        AuditEntry.at,
        Case.ref,
        AuditEntry.number,
        Person.name,
        AuditEntry.what,
        AuditEntry.facts,
        AuditEntry.hash,
        _words(),
    )
    query = query.outerjoin(Case, Case.id == AuditEntry.chain).outerjoin(Person, Person.id == AuditEntry.person_id)
    if ref is not None:
        query = query.where(or_(Case.ref == ref, _of_the_repairs_of(ref)))
    query = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit).offset(offset)
    return [AuditLine(*row) for row in (await session.execute(query)).all()]


def _words() -> ColumnElement[str | None]:
    typed = {"previewed": RepairRow.reason, "refused": RepairRow.refusal}
    its = case(typed, value=AuditEntry.what)
    of_repair = RepairRow.id == AuditEntry.facts["repair"].as_integer()
    return select(its).where(of_repair).scalar_subquery()


def _of_the_repairs_of(ref: str) -> ColumnElement[bool]:
    """Lines about no one case, of repairs that have touched this one."""
    touched = select(AuditEntry.facts["repair"]).join(Case, Case.id == AuditEntry.chain).where(Case.ref == ref)
    return (AuditEntry.chain == ABOUT_NO_CASE) & AuditEntry.facts["repair"].in_(touched.scalar_subquery())

"""Statements of a bank or a finance system, as they were imported: each once, unless it was withdrawn.

A statement that was withdrawn stays in the record, and its lines are counted nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.clock import start_of
from contracts.payments import MoneyState
from store.ledger import LedgerFilter, LedgerLine, ledger_lines
from store.tables import Person
from store.tracking_tables import Statement, StatementLine


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A statement with the names of whoever imported it and, where somebody did, withdrew it."""

    row: Statement
    importer: str
    withdrawer: str | None


_LIVE = Statement.withdrawn_at.is_(None)
_OF_A_LIVE_ONE = StatementLine.statement_id.in_(select(Statement.id).where(_LIVE))


async def add_statement(session: AsyncSession, row: Statement, lines: Sequence[StatementLine]) -> int | None:
    """Keep a statement with its lines; gives its number, or None where the same file is there."""
    values = {
        "name": row.name,
        "sha256": row.sha256,
        "imported_by": row.imported_by,
        "imported_at": row.imported_at,
        "lines": row.lines,
    }
    added = insert(Statement).values(**values)
    added = added.on_conflict_do_nothing(index_elements=[Statement.sha256], index_where=_LIVE)
    number = (await session.execute(added.returning(Statement.id))).scalar_one_or_none()
    if number is None:
        return None
    for line in lines:
        line.statement_id = number
    session.add_all(lines)
    await session.flush()
    return number


async def statement_with(session: AsyncSession, sha256: str) -> int | None:
    """The number of the statement that was this very file, and that nobody withdrew."""
    return (await session.execute(select(Statement.id).where(Statement.sha256 == sha256, _LIVE))).scalar_one_or_none()


async def lock_statement(session: AsyncSession, number: int) -> Statement | None:
    """A statement, locked until the transaction ends."""
    return await session.get(Statement, number, with_for_update=True, populate_existing=True)


_IMPORTER, _WITHDRAWER = aliased(Person), aliased(Person)
_SEEN = (
    select(
        Statement,
        func.coalesce(_IMPORTER.name, _IMPORTER.email),
        func.coalesce(_WITHDRAWER.name, _WITHDRAWER.email),
    )
    .join(_IMPORTER, _IMPORTER.id == Statement.imported_by)
    .join(_WITHDRAWER, _WITHDRAWER.id == Statement.withdrawn_by, isouter=True)
)


async def seen_statements(session: AsyncSession, limit: int = 100) -> list[SeenStatement]:
    """The newest first."""
    rows = (await session.execute(_SEEN.order_by(Statement.id.desc()).limit(limit))).all()
    return [SeenStatement(*row) for row in rows]


async def seen_statement(session: AsyncSession, number: int) -> SeenStatement | None:
    """One statement."""
    row = (await session.execute(_SEEN.where(Statement.id == number))).first()
    return SeenStatement(*row) if row else None


async def lines_beside(session: AsyncSession, number: int) -> list[StatementLine]:
    """What this statement and those that count say of its keys, in the order of import."""
    its_keys = select(StatementLine.key).where(StatementLine.statement_id == number)
    query = select(StatementLine).where(StatementLine.key.in_(its_keys))
    query = query.where(or_(StatementLine.statement_id == number, _OF_A_LIVE_ONE))
    return list((await session.execute(query.order_by(StatementLine.statement_id, StatementLine.number))).scalars())


async def lines_about(session: AsyncSession, keys: Sequence[str]) -> list[StatementLine]:
    """What any statement says of these keys, by day."""
    query = select(StatementLine).where(StatementLine.key.in_(keys), _OF_A_LIVE_ONE)
    return list((await session.execute(query.order_by(StatementLine.on, StatementLine.statement_id))).scalars())


async def first_day(session: AsyncSession) -> date | None:
    """The earliest day that any statement tells of."""
    return (await session.execute(select(func.min(StatementLine.on)).where(_OF_A_LIVE_ONE))).scalar_one()


async def paid_on_no_statement(session: AsyncSession, until: datetime) -> list[LedgerLine]:
    """What the ledger has as paid since the first day of all statements, and before `until`, and no statement shows."""
    since = await first_day(session)
    if since is None:
        return []
    asked = LedgerFilter(state=MoneyState.PAID, days=(start_of(since), until))
    lines = await ledger_lines(session, asked)
    shown = set((await session.execute(select(StatementLine.key).where(_OF_A_LIVE_ONE).distinct())).scalars())
    return [line for line in lines if line.key not in shown]

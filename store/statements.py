"""Statements of a bank or a finance system, as they were imported: append-only, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, func, select
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
    """A statement with the name of whoever imported it."""

    row: Statement
    importer: str


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of a statement; `paid_before`: an earlier line, of this statement or an older one, has the same key."""

    row: StatementLine
    paid_before: bool


async def add_statement(session: AsyncSession, row: Statement, lines: Sequence[StatementLine]) -> int | None:
    """Keep a statement with its lines; gives its number, or None where the same file was imported before."""
    values = {
        "name": row.name,
        "sha256": row.sha256,
        "imported_by": row.imported_by,
        "imported_at": row.imported_at,
        "lines": row.lines,
    }
    added = insert(Statement).values(**values).on_conflict_do_nothing(index_elements=[Statement.sha256])
    number = (await session.execute(added.returning(Statement.id))).scalar_one_or_none()
    if number is None:
        return None
    for line in lines:
        line.statement_id = number
    session.add_all(lines)
    await session.flush()
    return number


async def statement_with(session: AsyncSession, sha256: str) -> int | None:
    """The number of the statement that was this very file."""
    return (await session.execute(select(Statement.id).where(Statement.sha256 == sha256))).scalar_one_or_none()


_SEEN = select(Statement, func.coalesce(Person.name, Person.email)).join(Person, Person.id == Statement.imported_by)


async def seen_statements(session: AsyncSession, limit: int = 100) -> list[SeenStatement]:
    """The newest first."""
    rows = (await session.execute(_SEEN.order_by(Statement.id.desc()).limit(limit))).all()
    return [SeenStatement(*row) for row in rows]


async def seen_statement(session: AsyncSession, number: int) -> SeenStatement | None:
    """One statement."""
    row = (await session.execute(_SEEN.where(Statement.id == number))).first()
    return SeenStatement(*row) if row else None


_EARLIER = aliased(StatementLine)
_PAID_BEFORE = exists().where(
    _EARLIER.key == StatementLine.key,
    (_EARLIER.statement_id < StatementLine.statement_id)
    | and_(_EARLIER.statement_id == StatementLine.statement_id, _EARLIER.number < StatementLine.number),
)


async def lines_of_statement(session: AsyncSession, number: int) -> list[SeenLine]:
    """The lines of a statement in their order."""
    query = select(StatementLine, _PAID_BEFORE).where(StatementLine.statement_id == number)
    rows = (await session.execute(query.order_by(StatementLine.number))).all()
    return [SeenLine(*row) for row in rows]


async def lines_about(session: AsyncSession, keys: Sequence[str]) -> list[StatementLine]:
    """What any statement says of these keys, by day."""
    query = select(StatementLine).where(StatementLine.key.in_(keys))
    return list((await session.execute(query.order_by(StatementLine.on, StatementLine.statement_id))).scalars())


async def first_day(session: AsyncSession) -> date | None:
    """The earliest day that any statement tells of."""
    return (await session.execute(select(func.min(StatementLine.on)))).scalar_one()


async def paid_on_no_statement(session: AsyncSession, until: datetime) -> list[LedgerLine]:
    """What the ledger has as paid since the first day of all statements, and before `until`, and no statement shows."""
    since = await first_day(session)
    if since is None:
        return []
    asked = LedgerFilter(state=MoneyState.PAID, days=(start_of(since), until))
    lines = await ledger_lines(session, asked)
    shown = set((await session.execute(select(StatementLine.key).distinct())).scalars())
    return [line for line in lines if line.key not in shown]

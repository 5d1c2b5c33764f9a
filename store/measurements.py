"""What is measured for Prometheus, in a few counted lines. No reference and no name is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ProblemState
from store.money_tables import FundingRow, GrantRow
from store.watch_tables import Finding, ProblemRow

_OPEN = ProblemRow.state != ProblemState.RESOLVED.value
_STILL = Finding.gone_at.is_(None)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One class of problems that are not resolved."""

    kind: str
    problems: int
    things: int
    children: int
    pence: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Paid:
    """The payments of one ledger in one state."""

    ledger: str
    state: str
    count: int
    pence: int


async def stuck(session: AsyncSession) -> list[Stuck]:
    """What is stuck, by class."""
    counts = (
        func.count(distinct(ProblemRow.id)),
        func.count(Finding.id),
        func.count(distinct(Finding.case_id)),
        func.coalesce(func.sum(Finding.pence), 0),
        func.min(Finding.first_seen),
    )
    query = select(ProblemRow.kind, *counts).outerjoin(Finding, (Finding.problem_id == ProblemRow.id) & _STILL)
    rows = await session.execute(query.where(_OPEN).group_by(ProblemRow.kind))
    return [
        Stuck(kind, problems, things, children, int(pence), oldest)
        for kind, problems, things, children, pence, oldest in rows
    ]


async def payments(session: AsyncSession) -> list[Paid]:
    """Grants and additional funding by the state of their payment."""
    return [
        *await _of_ledger(session, "grant", GrantRow),
        *await _of_ledger(session, "funding", FundingRow),
    ]


async def _of_ledger(session: AsyncSession, name: str, table: type[GrantRow] | type[FundingRow]) -> Sequence[Paid]:
    sums = func.count(), func.coalesce(func.sum(table.pence), 0)
    query = select(table.state, *sums).where(table.state.is_not(None)).group_by(table.state)
    return [Paid(name, state or "", count, int(pence or 0)) for state, count, pence in await session.execute(query)]

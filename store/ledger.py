"""Both ledgers as finance reads them: every sum once, with its state, its school and its payment run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.payments import MoneyState
from store.grants import first_key
from store.ledger_sums import LEDGER
from store.tables import Case, School
from store.tracking_tables import PaymentRunLine
from store.watch_tables import CaseHold


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One sum. Money is whole pence; instants are UTC."""

    key: str | None
    kind: str
    case_id: str
    case_ref: str
    review_id: str
    school_urn: str | None
    school: str | None
    academic_year: str
    term: str
    pence: int
    """What was decided; where a run has handed over less, because it was corrected before, that."""
    state: MoneyState
    owed_pence: int
    """What is owed back of `pence`, or was taken back."""
    at: datetime | None
    """When it was settled; where it is not, when it was decided. None for what was not begun."""
    paid_otherwise: str | None
    refused_before: int
    run_id: int | None
    """The payment run that it is in."""
    held: bool
    """An operator holds the case: it is not sent."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many there are of a state, and how much."""

    count: int = 0
    pence: int = 0
    owed_pence: int = 0


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What is looked for; what is None is not asked."""

    state: MoneyState | None = None
    school_urn: str | None = None
    academic_year: str | None = None
    term: str | None = None
    days: tuple[datetime, datetime] | None = None
    """Settled or decided from the first of these instants on, and before the second."""
    ref: str | None = None
    """The case's reference."""


_L = LEDGER.c
_LINES = (
    select(
        *_L,
        Case.ref.label("case_ref"),
        School.name.label("school"),
        PaymentRunLine.run_id.label("run_id"),
        CaseHold.case_id.is_not(None).label("held"),
    )
    .select_from(LEDGER)
    .join(Case, Case.id == _L.case_id)
    .join(School, School.urn == _L.school_urn, isouter=True)
    .join(PaymentRunLine, and_(PaymentRunLine.key == _L.key, ~PaymentRunLine.cancelled), isouter=True)
    .join(CaseHold, CaseHold.case_id == _L.case_id, isouter=True)
)
_IN_ORDER = (_L.at.desc().nulls_first(), Case.ref, _L.key)


async def sums_by_state(session: AsyncSession, asked: LedgerFilter) -> dict[MoneyState, Sum]:
    """How many sums there are of each state, and how much; of those that the filter finds, whatever its state."""
    sums = select(_L.state, func.count(), func.sum(_L.pence), func.sum(_L.owed_pence))
    query = sums.join(Case, Case.id == _L.case_id).where(*_conditions(asked, with_state=False)).group_by(_L.state)
    found = {MoneyState(state): Sum(*more) for state, *more in (await session.execute(query)).all()}
    return {state: found.get(state, Sum()) for state in MoneyState}


async def ledger_lines(
    session: AsyncSession, asked: LedgerFilter, *, limit: int | None = None, offset: int = 0
) -> list[LedgerLine]:
    """What the filter finds, the newest first, what was not begun before it."""
    query = _LINES.where(*_conditions(asked)).order_by(*_IN_ORDER).limit(limit).offset(offset)
    return [_line(row) for row in (await session.execute(query)).mappings()]


async def ledger_line(session: AsyncSession, key: str) -> LedgerLine | None:
    """The payment of a key, also of one under which finance refused it before."""
    of_key = _L.key.startswith(f"{first_key(key)}/", autoescape=True) | (_L.key == first_key(key))
    row = (await session.execute(_LINES.where(of_key))).mappings().first()
    return _line(row) if row else None


async def lines_with_keys(session: AsyncSession, first_keys: set[str]) -> dict[str, LedgerLine]:
    """The payments of these first keys, by first key."""
    query = _LINES.where(func.split_part(_L.key, "/", 1).in_(first_keys))
    lines = [_line(row) for row in (await session.execute(query)).mappings()]
    return {first_key(line.key or ""): line for line in lines}


async def schools_in_ledger(session: AsyncSession) -> list[tuple[str, str]]:
    """The schools that were or will be paid, as URN and name, by name."""
    query = select(School.urn, School.name).where(School.urn.in_(select(_L.school_urn))).order_by(School.name)
    return [(urn, name) for urn, name in (await session.execute(query)).all()]


async def years_in_ledger(session: AsyncSession) -> list[str]:
    """The academic years of the ledgers, the newest first."""
    query = select(_L.academic_year).distinct().order_by(_L.academic_year.desc())
    return list((await session.execute(query)).scalars())


def _conditions(asked: LedgerFilter, *, with_state: bool = True) -> list[ColumnElement[bool]]:
    wanted = (
        (_L.state, asked.state.value if asked.state and with_state else None),
        (_L.school_urn, asked.school_urn),
        (_L.academic_year, asked.academic_year),
        (_L.term, asked.term),
        (Case.ref, asked.ref),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
    if asked.days is not None:
        start, until = asked.days
        conditions += [_L.at >= start, _L.at < until]
    return conditions


def _line(row: RowMapping) -> LedgerLine:
    return LedgerLine(**{**row, "state": MoneyState(row["state"])})

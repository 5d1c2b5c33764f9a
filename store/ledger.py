"""Both ledgers as finance reads them: every sum once, with its state, its school and its payment run.

Beside the rows of the ledgers there are sums without a key: a grant that is to be released and was not begun, and what
the Virtual School keeps for a child without a school place.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, case, cast, exists, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.payments import MoneyState, RunState
from contracts.review import Stage
from store.funding import KEPT
from store.grants import LedgerState, first_key, is_kept, kept_pence
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import Case, Review, School
from store.tracking_tables import PaymentRun, PaymentRunLine
from store.watch_tables import CaseHold

GRANT, FUNDING = "grant", "funding"
MONEY_STATES: dict[str, MoneyState] = {
    LedgerState.INTENT: MoneyState.DUE,
    LedgerState.SENT: MoneyState.SENT,
    LedgerState.UNKNOWN: MoneyState.UNKNOWN,
    LedgerState.FAILED: MoneyState.REFUSED,
    LedgerState.CONFIRMED: MoneyState.PAID,
    LedgerState.REVERSED: MoneyState.OWED_BACK,
    KEPT: MoneyState.KEPT,
}
"""What finance calls a state of the ledgers that nothing else qualifies."""


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


_OWED = (
    select(GrantCorrection.grant_key, (-func.sum(GrantCorrection.pence)).label("owed"))
    .group_by(GrantCorrection.grant_key)
    .subquery()
)
_HANDED_OVER = (
    select(PaymentRunLine.key, PaymentRunLine.pence)
    .join(PaymentRun, PaymentRun.id == PaymentRunLine.run_id)
    .where(PaymentRun.state == RunState.EXPORTED)
    .subquery()
)
_GRANT_PENCE = func.coalesce(_HANDED_OVER.c.pence, GrantRow.pence)
_GRANT_OWED = case(
    (GrantRow.state == LedgerState.REVERSED, GrantRow.pence),
    (
        GrantRow.state == LedgerState.CONFIRMED,
        func.greatest(_GRANT_PENCE - GrantRow.pence + func.coalesce(_OWED.c.owed, 0), 0),
    ),
    else_=0,
)
"""What a run has paid already less its corrections is not owed a second time."""
_FUNDING_OWED = case((FundingRow.state == LedgerState.REVERSED, FundingRow.pence), else_=0)


def _money_state(
    state: ColumnElement[str], owed: ColumnElement[int], otherwise: ColumnElement[str]
) -> ColumnElement[str]:
    confirmed = state == LedgerState.CONFIRMED
    return case(
        (and_(confirmed, owed > 0), MoneyState.OWED_BACK.value),
        (and_(confirmed, otherwise.is_not(None)), MoneyState.PAID_OTHERWISE.value),
        else_=case({str(known): to.value for known, to in MONEY_STATES.items()}, value=state),
    )


_GRANTS = select(
    GrantRow.key.label("key"),
    literal(GRANT).label("kind"),
    GrantRow.case_id.label("case_id"),
    GrantRow.review_id.label("review_id"),
    GrantRow.school_urn.label("school_urn"),
    GrantRow.academic_year.label("academic_year"),
    GrantRow.term.label("term"),
    _GRANT_PENCE.label("pence"),
    _money_state(GrantRow.__table__.c.state, _GRANT_OWED, GrantRow.__table__.c.paid_otherwise).label("state"),
    _GRANT_OWED.label("owed_pence"),
    func.coalesce(GrantRow.settled_at, GrantRow.intended_at).label("at"),
    GrantRow.paid_otherwise.label("paid_otherwise"),
    GrantRow.refused_before.label("refused_before"),
)
_GRANTS = _GRANTS.join(_OWED, _OWED.c.grant_key == GrantRow.key, isouter=True)
_GRANTS = _GRANTS.join(_HANDED_OVER, _HANDED_OVER.c.key == GrantRow.key, isouter=True)
_FUNDING = (
    select(
        FundingRow.key,
        literal(FUNDING),
        FundingRow.case_id,
        FundingRow.review_id,
        FundingRow.school_urn,
        Review.academic_year,
        Review.term,
        FundingRow.pence,
        _money_state(FundingRow.__table__.c.state, _FUNDING_OWED, FundingRow.__table__.c.paid_otherwise),
        _FUNDING_OWED,
        func.coalesce(FundingRow.settled_at, FundingRow.decide_by),
        FundingRow.paid_otherwise,
        FundingRow.refused_before,
    )
    .join(Review, Review.id == FundingRow.review_id)
    .where(FundingRow.state.is_not(None))
)


def _without_a_key(
    state: MoneyState, pence: ColumnElement[int], *where: ColumnElement[bool]
) -> Select[*tuple[object, ...]]:
    """Grants that are in no ledger: they have a review only."""
    return (
        select(
            cast(null(), Text),
            literal(GRANT),
            Review.case_id,
            Review.id,
            func.coalesce(Review.school_urn, Case.school_urn) if state is MoneyState.DUE else cast(null(), Text),
            Review.academic_year,
            Review.term,
            pence,
            literal(state.value),
            literal(0),
            cast(null(), GrantRow.__table__.c.intended_at.type),
            cast(null(), Text),
            cast(literal(0), Integer),
        )
        .join(Case, Case.id == Review.case_id)
        .where(*where)
    )


_NOT_BEGUN = _without_a_key(
    MoneyState.DUE,
    func.coalesce(Review.__table__.c.standing["grant_pence"].as_integer(), 0),
    Review.stage == Stage.PAYING,
    ~exists().where(
        GrantRow.case_id == Review.case_id, GrantRow.academic_year == Review.academic_year, GrantRow.term == Review.term
    ),
)
_KEPT = _without_a_key(MoneyState.KEPT, kept_pence(), is_kept())
_LEDGER = _GRANTS.union_all(_FUNDING, _NOT_BEGUN, _KEPT).subquery("ledger")
_L = _LEDGER.c
_LINES = (
    select(
        _L.key,
        _L.kind,
        _L.case_id,
        Case.ref,
        _L.review_id,
        _L.school_urn,
        School.name,
        _L.academic_year,
        _L.term,
        _L.pence,
        _L.state,
        _L.owed_pence,
        _L.at,
        _L.paid_otherwise,
        _L.refused_before,
        PaymentRunLine.run_id,
        CaseHold.case_id.is_not(None),
    )
    .select_from(_LEDGER)
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
    return [_line(row) for row in (await session.execute(query)).all()]


async def ledger_line(session: AsyncSession, key: str) -> LedgerLine | None:
    """The payment of a key, also of one under which finance refused it before."""
    of_key = _L.key.startswith(f"{first_key(key)}/", autoescape=True) | (_L.key == first_key(key))
    row = (await session.execute(_LINES.where(of_key))).first()
    return _line(row) if row else None


async def lines_with_keys(session: AsyncSession, first_keys: set[str]) -> dict[str, LedgerLine]:
    """The payments of these first keys, by first key."""
    query = _LINES.where(func.split_part(_L.key, "/", 1).in_(first_keys))
    lines = [_line(row) for row in (await session.execute(query)).all()]
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


def _line(row: object) -> LedgerLine:
    values = list(row)  # type: ignore[call-overload]
    values[10] = MoneyState(values[10])
    return LedgerLine(*values)

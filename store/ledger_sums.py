"""The sums that finance's ledger is made of: both ledgers, and what is due or kept and has no key yet, as one table.

Beside the rows of the ledgers there are sums without a key: a grant that is to be released and was not begun, and what
the Virtual School keeps for a child without a school place.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, case, cast, exists, func, literal, null, select

from contracts.payments import MoneyState, RunState
from contracts.review import Stage
from store.funding import KEPT
from store.grants import LedgerState, is_kept, kept_pence
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import Case, Review
from store.tracking_tables import PaymentRun, PaymentRunLine

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


COLUMNS = (
    "key",
    "kind",
    "case_id",
    "review_id",
    "school_urn",
    "academic_year",
    "term",
    "pence",
    "state",
    "owed_pence",
    "at",
    "paid_otherwise",
    "refused_before",
)
"""Of every branch, in this order: PostgreSQL unites by place, whatever the names."""


def branch(**columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Some of the ledger's sums, their columns given by name. Raises TypeError where one is missing or unknown."""
    if columns.keys() != set(COLUMNS):
        raise TypeError(f"A branch of the ledger has these columns, each once: {', '.join(COLUMNS)}.")
    return select(*(columns[name].label(name) for name in COLUMNS))


_G, _F, _R = GrantRow.__table__.c, FundingRow.__table__.c, Review.__table__.c
_GRANTS = (
    branch(
        key=_G.key,
        kind=literal(GRANT),
        case_id=_G.case_id,
        review_id=_G.review_id,
        school_urn=_G.school_urn,
        academic_year=_G.academic_year,
        term=_G.term,
        pence=_GRANT_PENCE,
        state=_money_state(_G.state, _GRANT_OWED, _G.paid_otherwise),
        owed_pence=_GRANT_OWED,
        at=func.coalesce(_G.settled_at, _G.intended_at),
        paid_otherwise=_G.paid_otherwise,
        refused_before=_G.refused_before,
    )
    .join(_OWED, _OWED.c.grant_key == _G.key, isouter=True)
    .join(_HANDED_OVER, _HANDED_OVER.c.key == _G.key, isouter=True)
)
_FUNDING = (
    branch(
        key=_F.key,
        kind=literal(FUNDING),
        case_id=_F.case_id,
        review_id=_F.review_id,
        school_urn=_F.school_urn,
        academic_year=_R.academic_year,
        term=_R.term,
        pence=_F.pence,
        state=_money_state(_F.state, _FUNDING_OWED, _F.paid_otherwise),
        owed_pence=_FUNDING_OWED,
        at=func.coalesce(_F.settled_at, _F.decide_by),
        paid_otherwise=_F.paid_otherwise,
        refused_before=_F.refused_before,
    )
    .join(Review, _R.id == _F.review_id)
    .where(_F.state.is_not(None))
)


def _without_a_key(
    state: MoneyState, school_urn: ColumnElement[Any], pence: ColumnElement[int], *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """Grants that are in no ledger: they have a review only."""
    sums = branch(
        key=cast(null(), Text),
        kind=literal(GRANT),
        case_id=_R.case_id,
        review_id=_R.id,
        school_urn=school_urn,
        academic_year=_R.academic_year,
        term=_R.term,
        pence=pence,
        state=literal(state.value),
        owed_pence=literal(0),
        at=cast(null(), _G.intended_at.type),
        paid_otherwise=cast(null(), Text),
        refused_before=cast(literal(0), Integer),
    )
    return sums.join(Case, Case.id == _R.case_id).where(*where)


_NOT_BEGUN = _without_a_key(
    MoneyState.DUE,
    func.coalesce(_R.school_urn, Case.school_urn),
    func.coalesce(_R.standing["grant_pence"].as_integer(), 0),
    _R.stage == Stage.PAYING,
    ~exists().where(_G.case_id == _R.case_id, _G.academic_year == _R.academic_year, _G.term == _R.term),
)
_KEPT = _without_a_key(MoneyState.KEPT, cast(null(), Text), kept_pence(), is_kept())
LEDGER = _GRANTS.union_all(_FUNDING, _NOT_BEGUN, _KEPT).subquery("ledger")

"""Payment runs: which payments wait for one, and the runs that there are. A payment is in one live run at most."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.grants import LedgerState
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import Case, Person, Review
from store.tracking_tables import PaymentRun, PaymentRunLine

_MAKING = 7_374_003
"""Any fixed number: PostgreSQL's advisory lock under which runs are made, one after the other."""
MOST = 5_000
"""Payments in one run: more wait for the next."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One payment, as a run pays it. Money is whole pence, less what was corrected; `at` is the UTC instant at which it
    was confirmed."""

    key: str
    school_urn: str
    case_ref: str
    academic_year: str
    term: str
    pence: int
    at: datetime


_FROZEN = [field.name for field in fields(RunLine)]


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run, with the names of the two people of finance."""

    row: PaymentRun
    maker: str
    approver: str | None


def _payable() -> Select[*tuple[str, str, str, str, str, int, datetime]]:
    """What finance's system has confirmed, of both ledgers. Paid otherwise is paid already.

    A correction leaves the grant's own row as it is, so its entries are taken off here; what they took wholly is not
    paid at all.
    """
    entries = select(GrantCorrection.grant_key, func.sum(GrantCorrection.pence).label("pence"))
    corrected = entries.group_by(GrantCorrection.grant_key).subquery("corrected")
    left = GrantRow.pence + func.coalesce(corrected.c.pence, 0)
    grants = (
        select(
            GrantRow.key,
            GrantRow.school_urn,
            Case.ref,
            GrantRow.academic_year,
            GrantRow.term,
            left.label("pence"),
            GrantRow.settled_at,
        )
        .join(Case, Case.id == GrantRow.case_id)
        .join(corrected, corrected.c.grant_key == GrantRow.key, isouter=True)
        .where(GrantRow.state == LedgerState.CONFIRMED, GrantRow.paid_otherwise.is_(None), left > 0)
    )
    funding = (
        select(
            FundingRow.key,
            FundingRow.school_urn,
            Case.ref,
            Review.academic_year,
            Review.term,
            FundingRow.pence,
            FundingRow.settled_at,
        )
        .join(Case, Case.id == FundingRow.case_id)
        .join(Review, Review.id == FundingRow.review_id)
        .where(FundingRow.state == LedgerState.CONFIRMED, FundingRow.paid_otherwise.is_(None))
    )
    both = grants.union_all(funding).subquery("payable")
    return select(*both.c)


_PAYABLE = _payable()
_P = _PAYABLE.selected_columns
_IN_A_RUN = select(PaymentRunLine.key).where(~PaymentRunLine.cancelled)


async def make_in_turn(session: AsyncSession) -> None:
    """Nobody else makes a run until this transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(literal(_MAKING))))


async def payments_without_run(session: AsyncSession, until: datetime) -> list[RunLine]:
    """What was confirmed before this instant and is in no run that lives, the first confirmed first; `MOST` at most."""
    query = _PAYABLE.where(_P.settled_at < until, _P.key.not_in(_IN_A_RUN)).order_by(_P.settled_at, _P.key).limit(MOST)
    return [RunLine(*row) for row in (await session.execute(query)).all()]


async def add_run(session: AsyncSession, row: PaymentRun, lines: Sequence[RunLine]) -> int:
    """A new run with its lines; gives its number. IntegrityError where one of them is in another run."""
    session.add(row)
    await session.flush()
    session.add_all([PaymentRunLine(run_id=row.id, **asdict(line)) for line in lines])
    await session.flush()
    return row.id


async def lock_payment_run(session: AsyncSession, run_id: int) -> PaymentRun | None:
    """A run, locked until the transaction ends."""
    return await session.get(PaymentRun, run_id, with_for_update=True, populate_existing=True)


async def lines_as_made(session: AsyncSession, run_id: int) -> list[RunLine]:
    """What the run froze, by key: the same for ever, whatever becomes of its payments."""
    query = select(PaymentRunLine).where(PaymentRunLine.run_id == run_id)
    rows = (await session.execute(query)).scalars()
    return sorted((RunLine(**{name: getattr(row, name) for name in _FROZEN}) for row in rows), key=_by_key)


async def lines_as_they_stand(session: AsyncSession, run_id: int) -> list[RunLine]:
    """Those payments of a run that are still to be paid by finance, as the ledger has them now, by key."""
    of_run = select(PaymentRunLine.key).where(PaymentRunLine.run_id == run_id)
    rows = (await session.execute(_PAYABLE.where(_P.key.in_(of_run)))).all()
    return sorted((RunLine(*row) for row in rows), key=_by_key)


def _by_key(line: RunLine) -> str:
    return line.key


async def free_lines(session: AsyncSession, run_id: int) -> None:
    """The payments of a cancelled run may be in another."""
    await session.execute(update(PaymentRunLine).where(PaymentRunLine.run_id == run_id).values(cancelled=True))


_MAKER, _APPROVER = aliased(Person), aliased(Person)
_SEEN = (
    select(PaymentRun, func.coalesce(_MAKER.name, _MAKER.email), func.coalesce(_APPROVER.name, _APPROVER.email))
    .join(_MAKER, _MAKER.id == PaymentRun.made_by)
    .join(_APPROVER, _APPROVER.id == PaymentRun.approved_by, isouter=True)
)


async def seen_runs(session: AsyncSession, limit: int = 100) -> list[SeenRun]:
    """The newest runs first."""
    rows = (await session.execute(_SEEN.order_by(PaymentRun.id.desc()).limit(limit))).all()
    return [SeenRun(*row) for row in rows]


async def seen_run(session: AsyncSession, run_id: int) -> SeenRun | None:
    """One run."""
    row = (await session.execute(_SEEN.where(PaymentRun.id == run_id))).first()
    return SeenRun(*row) if row else None


async def runs_of(session: AsyncSession, key: str) -> list[SeenRun]:
    """The runs that a payment was in, the oldest first."""
    of_key = select(PaymentRunLine.run_id).where(PaymentRunLine.key == key)
    rows = (await session.execute(_SEEN.where(PaymentRun.id.in_(of_key)).order_by(PaymentRun.id))).all()
    return [SeenRun(*row) for row in rows]

"""The ledger of grants: one row a child, year and term, written before any money moves (PROCESS.md M5, A8).

What may have been paid counts as paid until the finance system has said that it was not.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import GrantState, Stage
from store.money_tables import FundingRow, GrantCorrection, GrantRow
from store.tables import Case, Review


class LedgerState(StrEnum):
    """How far a payment has come."""

    INTENT = "intent"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    REVERSED = "reversed"


_NEXT: dict[LedgerState, frozenset[LedgerState]] = {
    LedgerState.INTENT: frozenset({LedgerState.SENT}),
    LedgerState.SENT: frozenset({LedgerState.CONFIRMED, LedgerState.UNKNOWN, LedgerState.FAILED}),
    LedgerState.UNKNOWN: frozenset({LedgerState.CONFIRMED, LedgerState.FAILED, LedgerState.SENT}),
    LedgerState.CONFIRMED: frozenset({LedgerState.REVERSED}),
    LedgerState.FAILED: frozenset(),
    LedgerState.REVERSED: frozenset(),
}
"""Unknown goes back to sent only after the finance system said that it never heard of the key."""

SETTLED = frozenset({LedgerState.CONFIRMED, LedgerState.FAILED, LedgerState.REVERSED})
_STANDING = Review.__table__.c.standing
_MAY_HAVE_BEEN_PAID = (LedgerState.INTENT, LedgerState.SENT, LedgerState.UNKNOWN, LedgerState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class GrantIntent:
    """The grant that the Virtual School's sign-off releases. Money is whole pence."""

    key: str
    case_id: str
    review_id: str
    academic_year: str
    """As schools write it: `2026/27`."""
    term: str
    school_urn: str
    pence: int
    signed_off_by_act: str
    cap_pence: int = 50_000
    """The most for one term (M5)."""
    year_cap_pence: int = 150_000
    """The most for one academic year (M5)."""


class GrantError(Exception):
    """A grant that must not be released. Its text names no child, school or sum."""


class OverCap(GrantError):
    """The term's or the year's cap would be passed (M5). Nothing was stored."""

    def __init__(self, cap_pence: int, already_pence: int) -> None:
        super().__init__("This grant would pass the term's or the year's cap. Nothing was paid. Agree a smaller sum.")
        self.cap_pence = cap_pence
        self.already_pence = already_pence


class GrantDiffers(GrantError):
    """The ledger has another grant for this child, year and term, or another use of this key. It stays as it is."""

    def __init__(self) -> None:
        super().__init__(
            "The ledger already has a different grant for this child and term. It was left as it is. "
            "Correct it with an entry of its own; a second payment is not made."
        )


class UnknownGrant(GrantError):
    """There is no grant under the key, or no such case."""

    def __init__(self) -> None:
        super().__init__("There is no such grant or case in the record. Nothing was paid.")


class NoSchoolToPay(GrantError):
    """The payment names the row that stands for no school. Nothing was stored, and nobody was paid."""

    def __init__(self) -> None:
        super().__init__("The child has no school place, so no school can be paid. Record the school first.")


class ForbiddenStep(GrantError):
    """A state that cannot follow the present one. Somebody must compare the ledger with the finance system."""

    def __init__(self, present: LedgerState, wanted: LedgerState) -> None:
        super().__init__(
            f"A grant that is {present} cannot become {wanted}. The ledger was left as it is. "
            "Compare it with the finance system."
        )
        self.present = present
        self.wanted = wanted


async def intend(session: AsyncSession, grant: GrantIntent, at: datetime) -> GrantRow:
    """Store the intent to pay, or return the grant that is there. Locks the case until the transaction ends.

    Raises OverCap (M5), GrantDiffers when the stored key, school or sum is another one, UnknownGrant where there is no
    such case.
    """
    await _lock_case_of_grant(session, grant.case_id)
    stored = await find(session, grant.case_id, grant.academic_year, grant.term)
    if stored is None:
        await _refuse_over_cap(session, grant)
        await _insert(session, grant, at)
        stored = await find(session, grant.case_id, grant.academic_year, grant.term)
    if stored is None or _differs(stored, grant):
        raise GrantDiffers
    return stored


async def mark(session: AsyncSession, key: str, state: LedgerState, at: datetime) -> bool:
    """Take a grant one step further. False when it was there already; raises ForbiddenStep and UnknownGrant."""
    row = await lock_grant(session, key)
    moved = advance(row, state, at)
    if moved and state in SETTLED:
        row.settled_at = at
    await session.flush()
    return moved


def advance(row: GrantRow | FundingRow, state: LedgerState, at: datetime) -> bool:
    """One step of a payment in either ledger, at an instant. False when it was there already; raises ForbiddenStep."""
    present = LedgerState(str(row.state))
    if present is state:
        return False
    if state not in _NEXT[present]:
        raise ForbiddenStep(present, state)
    row.state = state.value
    if state is LedgerState.SENT:
        row.sent_at = at
    return True


async def find(session: AsyncSession, case_id: str, academic_year: str, term: str) -> GrantRow | None:
    """The grant of a child, year and term."""
    of_the_term = (GrantRow.case_id == case_id, GrantRow.academic_year == academic_year, GrantRow.term == term)
    return (await session.execute(select(GrantRow).where(*of_the_term))).scalar_one_or_none()


async def lock_grant(session: AsyncSession, key: str) -> GrantRow:
    """The grant of a key, locked until the transaction ends. Raises UnknownGrant."""
    locked = select(GrantRow).where(GrantRow.key == key).with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(locked)).scalar_one_or_none()
    if row is None:
        raise UnknownGrant
    return row


async def paid_in_year(session: AsyncSession, case_id: str, academic_year: str) -> int:
    """Pence that were or may have been paid for a child in an academic year: all but what failed or was reversed.

    What is owed back by a correction is not paid: the year's cap has room for it again.
    """
    of_the_year = (GrantRow.case_id == case_id, GrantRow.academic_year == academic_year)
    counted = (*of_the_year, GrantRow.state.in_([state.value for state in _MAY_HAVE_BEEN_PAID]))
    paid = select(func.coalesce(func.sum(GrantRow.pence), 0)).where(*counted)
    corrected = select(func.coalesce(func.sum(GrantCorrection.pence), 0))
    corrected = corrected.join(GrantRow, GrantRow.key == GrantCorrection.grant_key).where(*counted)
    total = select(paid.scalar_subquery() + corrected.scalar_subquery())
    return int((await session.execute(total)).scalar_one())


def is_kept() -> ColumnElement[bool]:
    """Reviews whose grant the Virtual School keeps. For a term without a meeting nothing is due, and nothing kept."""
    return and_(_STANDING["grant"].as_string() == GrantState.KEPT, Review.stage != Stage.MISSED)


def kept_pence() -> ColumnElement[int]:
    """What is kept of such a review, in pence: what it asked for at its sign-off.

    While a plan that was opened again is amended, what was kept for it before stands.
    """
    asked = func.coalesce(_STANDING["grant_pence"].as_integer(), 0)
    signed_off = Review.stage.in_((Stage.IN_FORCE, Stage.CLOSED))
    return case((signed_off, asked), else_=func.coalesce(_STANDING["kept_pence"].as_integer(), asked))


async def taken_of_the_year(session: AsyncSession, case_id: str, academic_year: str) -> int:
    """Pence of a child's grant for an academic year that were or may have been paid, or are kept (M5)."""
    kept = select(func.coalesce(func.sum(kept_pence()), 0))
    kept = kept.where(Review.case_id == case_id, Review.academic_year == academic_year, is_kept())
    paid = await paid_in_year(session, case_id, academic_year)
    return paid + int((await session.execute(kept)).scalar_one())


async def corrected_pence(session: AsyncSession, key: str) -> int:
    """The sum of a grant's corrections, in pence: negative where money is owed back."""
    total = select(func.coalesce(func.sum(GrantCorrection.pence), 0)).where(GrantCorrection.grant_key == key)
    return int((await session.execute(total)).scalar_one())


async def correct_grant(session: AsyncSession, key: str, pence: int, act_id: str, at: datetime) -> None:
    """An entry that corrects a grant. The grant's own row, and what was paid, stay as they are."""
    session.add(GrantCorrection(grant_key=key, pence=pence, act_id=act_id, at=at))
    await session.flush()


async def _lock_case_of_grant(session: AsyncSession, case_id: str) -> None:
    """The lock under which the year's sum is counted: two terms of one child cannot both take the last pounds."""
    locked = await session.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    if locked.scalar_one_or_none() is None:
        raise UnknownGrant


async def _refuse_over_cap(session: AsyncSession, grant: GrantIntent) -> None:
    if type(grant.pence) is not int or grant.pence <= 0:
        raise ValueError("A grant is a whole number of pence, and more than none.")
    if grant.pence > grant.cap_pence:
        raise OverCap(grant.cap_pence, 0)
    already = await taken_of_the_year(session, grant.case_id, grant.academic_year)
    if already + grant.pence > grant.year_cap_pence:
        raise OverCap(grant.year_cap_pence, already)


async def _insert(session: AsyncSession, grant: GrantIntent, at: datetime) -> None:
    """Arbitrated by the database as well: a key or a term that is taken inserts nothing."""
    row = insert(GrantRow).values(
        key=grant.key,
        case_id=grant.case_id,
        review_id=grant.review_id,
        academic_year=grant.academic_year,
        term=grant.term,
        school_urn=grant.school_urn,
        pence=grant.pence,
        cap_pence=grant.cap_pence,
        state=LedgerState.INTENT.value,
        signed_off_by_act=grant.signed_off_by_act,
        intended_at=at,
    )
    await session.execute(row.on_conflict_do_nothing())


def first_key(key: str) -> str:
    """The key under which a payment was first released: `KEY` of `KEY/2`, which followed a refusal."""
    return key.partition("/")[0]


def _differs(stored: GrantRow, grant: GrantIntent) -> bool:
    """The act and the review are not compared: signed off again after a correction, a grant is still the same one.

    So it is under a new key after a refusal: what is stored is what is sent.
    """
    of_the_ledger = (first_key(stored.key), stored.school_urn, stored.pence)
    return of_the_ledger != (first_key(grant.key), grant.school_urn, grant.pence)

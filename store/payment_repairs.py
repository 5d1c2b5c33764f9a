"""What two people of finance may do to a payment that does not settle by itself, in either ledger.

Both write only under the case's lock and the row's: an attempt that is under way sees it before it sends anything.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store import funding, grants
from store.cases import lock_case
from store.grants import ForbiddenStep, LedgerState, UnknownGrant, first_key
from store.money_tables import FundingRow, GrantRow, Payment

AnyPayment = GrantRow | FundingRow

_PAID_OTHERWISE_FROM = (LedgerState.UNKNOWN, LedgerState.FAILED)
"""Not from `intent` and not from `sent`: such a payment is just being made, and would be made a second time."""


async def lock_payment(session: AsyncSession, key: str) -> AnyPayment:
    """The payment of a key, its case and its row locked until the transaction ends. Raises UnknownGrant."""
    of_grant = select(GrantRow.case_id.label("case_id")).where(GrantRow.key == key)
    of_funding = select(FundingRow.case_id.label("case_id")).where(FundingRow.key == key)
    case_id = (await session.execute(of_grant.union_all(of_funding))).scalar_one_or_none()
    if case_id is None:
        raise UnknownGrant
    await lock_case(session, case_id)
    try:
        return await grants.lock_grant(session, key)
    except UnknownGrant:
        return await funding.lock_funding(session, key)


async def has_room(session: AsyncSession, row: GrantRow, year_cap_pence: int) -> bool:
    """Whether the year's cap has room for a grant that failed and so does not count (M5). The caller has locked it."""
    already = await grants.taken_of_the_year(session, row.case_id, row.academic_year)
    return already + row.pence <= year_cap_pence


async def settle_otherwise(session: AsyncSession, row: AnyPayment, evidence: str, at: datetime) -> None:
    """Paid by other means: confirmed, on this evidence. Raises ForbiddenStep. The caller has locked the payment.

    Additional funding is settled by the attempt that notes it on the case, as ever.
    """
    state = LedgerState(str(row.state))
    if state not in _PAID_OTHERWISE_FROM:
        raise ForbiddenStep(state, LedgerState.CONFIRMED)
    row.state, row.paid_otherwise = LedgerState.CONFIRMED.value, evidence
    if isinstance(row, GrantRow):
        row.settled_at = at
    await session.flush()


async def begin_again(session: AsyncSession, row: AnyPayment) -> str:
    """What finance has refused for good goes back to its beginning under a new key, which is returned: `KEY/2`.

    Raises ForbiddenStep unless it was refused. The caller has locked the payment and asked `has_room`.
    """
    state = LedgerState(str(row.state))
    if state is not LedgerState.FAILED:
        raise ForbiddenStep(state, LedgerState.INTENT)
    row.refused_before += 1
    row.key = f"{first_key(str(row.key))}/{row.refused_before + 1}"
    row.state, row.sent_at, row.settled_at = LedgerState.INTENT.value, None, None
    await session.flush()
    return row.key


async def is_booked(session: AsyncSession, key: str) -> bool:
    """Whether the embedded finance system has booked it: the next attempt then confirms it."""
    return await session.get(Payment, key) is not None

"""The release of one grant: the ledger of grants, paid exactly once (PROCESS.md A8; activities/paying.py)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance import FinanceSystem, PaymentOrder
from activities.paying import pay_once
from contracts.clock import Clock
from store import grants, holds
from store.database import Database
from store.grants import GrantIntent, LedgerState


async def release(
    database: Database, clock: Clock, finance: FinanceSystem, grant: GrantIntent, case_ref: str
) -> LedgerState:
    """Release a grant, or go on with a release that was begun, and return how it stands: ask again while `unknown`.

    Safe to call again at any time and from several places. Raises OverCap and GrantDiffers before anything is sent,
    PaymentDiffers when the finance system has another payment under the key (the grant then stays `unknown`, which
    counts as paid), OnHold while an operator holds the case. Where this dies in between, the next call finds out what
    became of the payment.
    """
    return await pay_once(database, clock, finance, _GrantLedger(grant, case_ref))


class _GrantLedger:
    """One grant in the ledger of grants."""

    def __init__(self, grant: GrantIntent, case_ref: str) -> None:
        self._grant = grant
        self._case_ref = case_ref

    async def intend(self, session: AsyncSession, now: datetime) -> tuple[PaymentOrder, LedgerState]:
        row = await grants.intend(session, self._grant, now)
        order = PaymentOrder(row.key, row.school_urn, self._case_ref, row.academic_year, row.term, row.pence)
        return order, LedgerState(row.state)

    async def lock(self, session: AsyncSession, key: str) -> LedgerState:
        return LedgerState((await grants.lock_grant(session, key)).state)

    async def mark(self, session: AsyncSession, key: str, state: LedgerState, now: datetime) -> bool:
        return await grants.mark(session, key, state, now)

    async def is_held(self, session: AsyncSession, key: str) -> bool:
        return await holds.is_held(session, (await grants.lock_grant(session, key)).case_id)

    async def is_paid_otherwise(self, session: AsyncSession, key: str) -> bool:
        return (await grants.lock_grant(session, key)).paid_otherwise is not None

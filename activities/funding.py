"""Additional funding: say when its decision is late, and pay what was agreed, exactly once (PROCESS.md A12)."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.finance import FinanceSystem, PaymentDiffers, PaymentOrder
from activities.paying import OnHold, pay_once
from activities.records import SKEW_ALLOWED
from casework.funding import kept_standing, note_late, note_paid
from contracts.activities import FundingActivities
from contracts.clock import Clock
from contracts.errors import Fault
from contracts.funding import FundingStanding, FundingStep
from store import funding, holds
from store.cases import case_with_id
from store.database import Database
from store.grants import GrantError, LedgerState
from store.reviews import get_review

_FAULTS = {
    LedgerState.FAILED: Fault.FINANCE_REFUSED,
    LedgerState.UNKNOWN: Fault.FINANCE_UNKNOWN,
    LedgerState.REVERSED: Fault.RECORD_DISAGREES,
}


class Funding(FundingActivities):
    """Built by the worker with the ledger's database and the authority's finance system."""

    def __init__(
        self, database: Database, clock: Clock, finance: FinanceSystem, skew_allowed: timedelta = SKEW_ALLOWED
    ) -> None:
        self._database = database
        self._clock = clock
        self._finance = finance
        self._skew_allowed = skew_allowed

    @activity.defn(name="escalate_funding")
    async def escalate_funding(self, step: FundingStep) -> FundingStanding:
        """The time for the decision has passed: write what follows, if it is still true."""
        now = await self._clock.now()
        if step.due - now > self._skew_allowed:
            raise ApplicationError("the clocks of Temporal and the database differ", type=Fault.CLOCK_SKEW)
        async with self._database.transaction() as session:
            return await note_late(session, step.application, max(now, step.due))

    @activity.defn(name="pay_funding")
    async def pay_funding(self, application: str) -> FundingStanding:
        """Pay what was agreed to the school that was the child's then, and note it on the case. What the Virtual School
        keeps for a child without a school place is settled already, and nobody is asked to pay it.

        Raises ApplicationError with a `Fault` while finance refuses, or while nobody can say whether it paid: the
        next attempt looks it up by its key before anything is sent again.
        """
        async with self._database.transaction() as session:
            if (kept := await kept_standing(session, application)) is not None:
                return kept
        ledger = await self._ledger(application)
        try:
            state = await pay_once(self._database, self._clock, self._finance, ledger)
        except (GrantError, PaymentDiffers) as error:
            raise ApplicationError("the ledger rules this out", type=Fault.RECORD_DISAGREES) from error
        except OnHold as error:
            raise ApplicationError("the case is on hold", type=Fault.ON_HOLD) from error
        if state in _FAULTS:
            raise ApplicationError("the funding is not paid yet", type=_FAULTS[state])
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await note_paid(session, application, now)

    async def _ledger(self, application: str) -> "FundingLedger":
        async with self._database.transaction() as session:
            row = await funding.get_application(session, application)
            review = await get_review(session, row.review_id) if row else None
            if row is None or review is None:
                raise ApplicationError("no such application", type=Fault.CASE_NOT_FOUND)
            if row.key is None or row.school_urn is None or row.pence is None:
                raise ApplicationError("nothing was agreed", type=Fault.RECORD_DISAGREES)
            case, term = await case_with_id(session, row.case_id), review.plan.term
            return FundingLedger(
                PaymentOrder(row.key, row.school_urn, case.ref, term.academic_year, term.name, row.pence)
            )


class FundingLedger:
    """One payment of additional funding. Its intent was stored with the decision, so there is none to store here."""

    def __init__(self, order: PaymentOrder) -> None:
        self._order = order

    async def intend(self, session: AsyncSession, _now: datetime) -> tuple[PaymentOrder, LedgerState]:
        return self._order, await self.lock(session, self._order.key)

    async def lock(self, session: AsyncSession, key: str) -> LedgerState:
        return LedgerState(str((await funding.lock_funding(session, key)).state))

    async def mark(self, session: AsyncSession, key: str, state: LedgerState, now: datetime) -> bool:
        return await funding.mark(session, key, state, now)

    async def is_held(self, session: AsyncSession, key: str) -> bool:
        return await holds.is_held(session, (await funding.lock_funding(session, key)).case_id)

    async def is_paid_otherwise(self, session: AsyncSession, key: str) -> bool:
        return (await funding.lock_funding(session, key)).paid_otherwise is not None

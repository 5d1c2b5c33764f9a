"""The release of one grant, exactly once, whatever dies in between (PROCESS.md A8; DESIGN.md, Money).

Each step commits before the next begins, so that whoever comes later knows how far the one before may have come:

    intent     nothing was sent: send
    sent       it may have been paid: look it up
    unknown    it may have been paid: look it up
    confirmed  paid; failed: refused; reversed: taken back: nothing more to do
"""

from activities.finance import FinanceSystem, PaymentAnswer, PaymentDiffers, PaymentOrder, PaymentOutcome
from contracts.clock import Clock
from store import grants
from store.database import Database
from store.grants import SETTLED, GrantIntent, LedgerState
from store.tables import GrantRow

_MEANS = {
    PaymentOutcome.ACCEPTED: LedgerState.CONFIRMED,
    PaymentOutcome.REFUSED: LedgerState.FAILED,
    PaymentOutcome.UNKNOWN: LedgerState.UNKNOWN,
    PaymentOutcome.NOT_FOUND: LedgerState.UNKNOWN,
}


async def release(
    database: Database, clock: Clock, finance: FinanceSystem, grant: GrantIntent, case_ref: str
) -> LedgerState:
    """Release a grant, or go on with a release that was begun, and return how it stands: ask again while `unknown`.

    Safe to call again at any time and from several places. Raises OverCap and GrantDiffers before anything is sent,
    PaymentDiffers when the finance system has another payment under the key (the grant then stays `unknown`, which
    counts as paid). Where this dies in between, the next call finds out what became of the payment.
    """
    return await _Release(database, clock, finance).of(grant, case_ref)


class _Release:
    def __init__(self, database: Database, clock: Clock, finance: FinanceSystem) -> None:
        self._database = database
        self._clock = clock
        self._finance = finance

    async def of(self, grant: GrantIntent, case_ref: str) -> LedgerState:
        row = await self._intend(grant)
        state = LedgerState(row.state)
        order = _order(row, case_ref)
        if state in SETTLED:
            return state
        if state is LedgerState.INTENT and await self._mark_sent(order.key):
            return await self._pay(order)
        return await self._find_out(order)

    async def _intend(self, grant: GrantIntent) -> GrantRow:
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await grants.intend(session, grant, now)

    async def _mark_sent(self, key: str) -> bool:
        """True where this call is the one that sends; False where another was quicker."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            row = await grants.hold(session, key)
            if row.state != LedgerState.INTENT:
                return False
            return await grants.mark(session, key, LedgerState.SENT, now)

    async def _pay(self, order: PaymentOrder) -> LedgerState:
        try:
            answer = await self._finance.pay(order)
        except PaymentDiffers:
            await self._settle(order.key, LedgerState.UNKNOWN)
            raise
        return await self._settle(order.key, await self._meaning(order, answer))

    async def _find_out(self, order: PaymentOrder) -> LedgerState:
        answer = await self._finance.look_up(order.key)
        if answer.outcome is not PaymentOutcome.NOT_FOUND:
            return await self._settle(order.key, await self._meaning(order, answer))
        state = await self._settle(order.key, LedgerState.SENT)
        return state if state in SETTLED else await self._pay(order)

    async def _meaning(self, order: PaymentOrder, answer: PaymentAnswer) -> LedgerState:
        if answer.outcome is PaymentOutcome.ACCEPTED and answer.pence not in (None, order.pence):
            await self._settle(order.key, LedgerState.UNKNOWN)
            raise PaymentDiffers
        return _MEANS[answer.outcome]

    async def _settle(self, key: str, state: LedgerState) -> LedgerState:
        """Mark, unless another call has settled it meanwhile and this one knows less."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            present = LedgerState((await grants.hold(session, key)).state)
            if present is LedgerState.REVERSED or (present in SETTLED and state not in SETTLED):
                return present
            await grants.mark(session, key, state, now)
            return state


def _order(row: GrantRow, case_ref: str) -> PaymentOrder:
    """From the stored row, not from what this call was asked: what was stored first is what is sent."""
    return PaymentOrder(row.key, row.school_urn, case_ref, row.academic_year, row.term, row.pence)

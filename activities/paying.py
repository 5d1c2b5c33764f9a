"""One payment, exactly once, whatever dies in between (PROCESS.md A8, A12; DESIGN.md, Money). Two ledgers pay so.

Each step commits before the next begins, so that whoever comes later knows how far the one before may have come:

    intent     nothing was sent: send
    sent       it may have been paid: look it up
    unknown    it may have been paid: look it up
    confirmed  paid; failed: refused; reversed: taken back: nothing more to do
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance import FinanceSystem, PaymentAnswer, PaymentDiffers, PaymentOrder, PaymentOutcome
from contracts.clock import Clock
from store.database import Database
from store.grants import SETTLED, LedgerState, NoSchoolToPay
from store.schools import stands_for_no_school

_MEANS = {
    PaymentOutcome.ACCEPTED: LedgerState.CONFIRMED,
    PaymentOutcome.REFUSED: LedgerState.FAILED,
    PaymentOutcome.UNKNOWN: LedgerState.UNKNOWN,
    PaymentOutcome.NOT_FOUND: LedgerState.UNKNOWN,
}


class OnHold(Exception):
    """An operator holds the case: nothing of it is sent until it is released. What was sent is still looked up."""

    def __init__(self) -> None:
        super().__init__("The case is on hold, so nothing was paid. Release the case; the payment then goes on.")


class Ledger(Protocol):
    """The ledger of one payment: the grant's or that of additional funding. Each call is inside a transaction."""

    async def intend(self, session: AsyncSession, now: datetime) -> tuple[PaymentOrder, LedgerState]:
        """Store the intent, or find what is stored: what was stored first is what is sent, and how far it has come."""
        ...

    async def lock(self, session: AsyncSession, key: str) -> LedgerState:
        """How far the payment has come, locked until the transaction ends."""
        ...

    async def mark(self, session: AsyncSession, key: str, state: LedgerState, now: datetime) -> bool:
        """Take it one step further; False when it was there already. Raises ForbiddenStep."""
        ...

    async def is_held(self, session: AsyncSession, key: str) -> bool:
        """Whether an operator holds the case."""
        ...

    async def is_paid_otherwise(self, session: AsyncSession, key: str) -> bool:
        """Whether two people of finance have noted that it was paid by other means."""
        ...


async def pay_once(database: Database, clock: Clock, finance: FinanceSystem, ledger: Ledger) -> LedgerState:
    """Pay, or go on with a payment that was begun, and return how it stands: ask again while `unknown`.

    Safe to call again at any time and from several places. Raises what the ledger raises before anything is sent, and
    PaymentDiffers when the finance system has another payment under the key (this one then stays `unknown`, which
    counts as paid), OnHold instead of sending. Where this dies in between, the next call finds out what became of the
    payment.
    """
    return await _Paying(database, clock, finance, ledger).once()


class _Paying:
    def __init__(self, database: Database, clock: Clock, finance: FinanceSystem, ledger: Ledger) -> None:
        self._database = database
        self._clock = clock
        self._finance = finance
        self._ledger = ledger

    async def once(self) -> LedgerState:
        order, state = await self._intend()
        if state in SETTLED:
            return state
        if state is LedgerState.INTENT and await self._mark_sent(order.key):
            return await self._pay(order)
        return await self._find_out(order)

    async def _intend(self) -> tuple[PaymentOrder, LedgerState]:
        now = await self._clock.now()
        async with self._database.transaction() as session:
            order, state = await self._ledger.intend(session, now)
            if stands_for_no_school(order.school_urn):
                raise NoSchoolToPay  # and no intent is stored
            return order, state

    async def _mark_sent(self, key: str) -> bool:
        """True where this call is the one that sends; False where another was quicker."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            if await self._ledger.lock(session, key) is not LedgerState.INTENT:
                return False
            if await self._ledger.is_held(session, key):
                raise OnHold
            return await self._ledger.mark(session, key, LedgerState.SENT, now)

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
        state = await self._send_again(order.key)
        return state if state in SETTLED else await self._pay(order)

    async def _send_again(self, key: str) -> LedgerState:
        """Finance has never heard of it: it may be sent, unless the case is held or another call has settled it."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            present = await self._ledger.lock(session, key)
            if present in SETTLED:
                return present
            if await self._ledger.is_held(session, key):
                raise OnHold
            await self._ledger.mark(session, key, LedgerState.SENT, now)
            return LedgerState.SENT

    async def _meaning(self, order: PaymentOrder, answer: PaymentAnswer) -> LedgerState:
        if answer.outcome is PaymentOutcome.ACCEPTED and answer.pence not in (None, order.pence):
            await self._settle(order.key, LedgerState.UNKNOWN)
            raise PaymentDiffers
        return _MEANS[answer.outcome]

    async def _settle(self, key: str, state: LedgerState) -> LedgerState:
        """Mark, unless another call has settled it meanwhile and this one knows less, or people have: what was paid by
        other means stays paid, whatever the finance system says of its key."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            present = await self._ledger.lock(session, key)
            if present is LedgerState.REVERSED or (present in SETTLED and state not in SETTLED):
                return present
            if await self._ledger.is_paid_otherwise(session, key):
                return present
            await self._ledger.mark(session, key, state, now)
            return state

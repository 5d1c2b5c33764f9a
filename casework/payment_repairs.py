"""Two repairs of a payment that does not settle by itself. The repairs room asks two people of finance first.

After either, the activity that still tries the payment sees how it stands now, and the case moves on by itself.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from store import payment_repairs
from store.events import add_event
from store.grants import ForbiddenStep, LedgerState, UnknownGrant
from store.money_tables import GrantRow
from store.payment_repairs import AnyPayment, lock_payment
from store.reviews import get_review

_LONGEST_EVIDENCE = 200


class PaymentRepairRefused(Exception):
    """The repair is not possible, and nothing was changed. The sentence says why and what to do; it names nobody."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_NO_SUCH_PAYMENT = "The ledger has no payment with this key: it may have a new key already. Find it under Payments."
_NO_ROOM = (
    "Another grant has taken what was left for this child and academic year, so this one would pass the cap. "
    "Correct the other grant first."
)
_BOOKED = "The finance system has booked this payment, so it was paid there. Wait: the next attempt confirms it."
_NO_EVIDENCE = f"Give the reference of the evidence that it was paid, in at most {_LONGEST_EVIDENCE} characters."
_ON_ITS_WAY = "This payment is being sent just now. Wait for its answer; if none comes, it becomes unknown."
_NOT_OTHERWISE = {
    LedgerState.INTENT: "This payment was not sent yet: it will be. Hold the case first if it must not be sent.",
    LedgerState.SENT: _ON_ITS_WAY,
    LedgerState.CONFIRMED: "This payment is confirmed already: there is nothing to note.",
    LedgerState.REVERSED: "This payment was paid and taken back: correct it with an entry of its own.",
}
_NOT_AGAIN = {
    LedgerState.INTENT: "This payment was not sent yet: it goes out by itself.",
    LedgerState.SENT: _ON_ITS_WAY,
    LedgerState.UNKNOWN: "Nobody can say whether this payment was made, so it is not made again. Look it up first.",
    LedgerState.CONFIRMED: "This payment is confirmed: a second one is never made.",
    LedgerState.REVERSED: "This payment was paid and taken back: correct it with an entry of its own.",
}


async def paid_otherwise(session: AsyncSession, key: str, evidence: str, now: datetime, by: str) -> None:
    """What is unknown or was refused has been paid by other means: it is confirmed, on the reference of this evidence.

    `by` is the role that asked. The same evidence again changes nothing. Raises PaymentRepairRefused.
    """
    evidence = evidence.strip()
    if not evidence or len(evidence) > _LONGEST_EVIDENCE or not evidence.isprintable():
        raise PaymentRepairRefused(_NO_EVIDENCE)
    row = await _lock(session, key)
    if row.paid_otherwise == evidence:
        return
    if await payment_repairs.is_booked(session, key):
        raise PaymentRepairRefused(_BOOKED)
    if row.state == LedgerState.FAILED:
        await _refuse_over_cap(session, row)
    try:
        await payment_repairs.settle_otherwise(session, row, evidence, now)
    except ForbiddenStep as error:
        raise PaymentRepairRefused(_NOT_OTHERWISE[error.present]) from error
    add_event(session, row.case_id, row.review_id, now, "paid_otherwise", by, pence=row.pence, key=key)


async def pay_again(session: AsyncSession, key: str, now: datetime, by: str) -> str:
    """What finance has refused is released again, under a new key that is returned. `by` is the role that asked.

    The old key stands in the history and is never used again. Raises PaymentRepairRefused.
    """
    row = await _lock(session, key)
    if row.state == LedgerState.FAILED:
        await _refuse_over_cap(session, row)
    try:
        new = await payment_repairs.begin_again(session, row)
    except ForbiddenStep as error:
        raise PaymentRepairRefused(_NOT_AGAIN[error.present]) from error
    facts = {"pence": row.pence, "refused": key, "key": new}
    add_event(session, row.case_id, row.review_id, now, "released_again", by, **facts)
    return new


async def _lock(session: AsyncSession, key: str) -> AnyPayment:
    try:
        return await lock_payment(session, key)
    except UnknownGrant as error:
        raise PaymentRepairRefused(_NO_SUCH_PAYMENT) from error


async def _refuse_over_cap(session: AsyncSession, row: AnyPayment) -> None:
    """A refused grant did not count in its year. Additional funding has no cap (A12)."""
    if not isinstance(row, GrantRow):
        return
    review = await get_review(session, row.review_id)
    if review is not None and not await payment_repairs.has_room(session, row, review.plan.policy.year_cap_pence):
        raise PaymentRepairRefused(_NO_ROOM)

"""Payments of which nobody can say whether they were made, and those that finance refuses."""

from collections.abc import Sequence
from datetime import datetime

from contracts.errors import Fault
from contracts.problems import GoneBecause, ProblemKind
from store.findings import OpenFinding, Stuck
from store.grants import LedgerState
from store.unsettled import Payment, PaymentState, payments_now, unsure_payments
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.PAYMENT_UNSURE
_TYPES = {
    LedgerState.UNKNOWN: Fault.FINANCE_UNKNOWN.value,
    LedgerState.FAILED: Fault.FINANCE_REFUSED.value,
}
_UNANSWERED = "NoAnswerYet"


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    async with parts.database.transaction() as session:
        payments = await unsure_payments(session, now - patience.answered)
    return [_stuck(payment, now) for payment in payments]


async def judge(parts: Parts, missing: Sequence[OpenFinding], _now: datetime) -> dict[int, GoneBecause]:
    """The ledger says that it was paid. One that goes on under a later key is over once that one is paid or unsure."""
    of = {one.id: one.subject.removeprefix("payment:") for one in missing}
    async with parts.database.transaction() as session:
        states = await payments_now(session, of.values())
    verdicts = {finding_id: _verdict(key, states.get(key)) for finding_id, key in of.items()}
    return {finding_id: because for finding_id, because in verdicts.items() if because is not None}


def _verdict(key: str, payment: PaymentState | None) -> GoneBecause | None:
    if payment is None or payment.state == LedgerState.REVERSED:
        return GoneBecause.OVERTAKEN
    if payment.state == LedgerState.CONFIRMED or payment.paid_otherwise:
        return GoneBecause.SUCCEEDED
    return GoneBecause.OVERTAKEN if payment.key != key and payment.state in _TYPES else None


def _stuck(payment: Payment, now: datetime) -> Stuck:
    return Stuck(
        kind=KIND,
        subject=f"payment:{payment.key}",
        step=payment.step,
        error_type=_TYPES.get(LedgerState(payment.state), _UNANSWERED),
        seen_at=now,
        case_id=payment.case_id,
        workflow_id=payment.workflow_id,
        pence=payment.pence,
        facts={"state": payment.state, "since": payment.since.isoformat()},
    )

"""Payments that do not settle by themselves. The ledger's rules decide; two people of finance have agreed."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from casework.payment_repairs import PaymentRepairRefused, paid_otherwise, pay_again
from contracts.ids import funding_workflow_id
from watch.performing.deed import Deed, Done, ThenTry, checking, not_allowed


async def was_paid_otherwise(session: AsyncSession, deed: Deed) -> Done:
    """The ledger says that it was paid, with the reference of the evidence; nothing is sent."""
    evidence, by = deed.parameters["evidence"], deed.repair.asked_role
    try:
        await paid_otherwise(session, deed.subject_id, evidence, deed.now, by)
    except PaymentRepairRefused as refused:
        return not_allowed(refused.sentence)
    return _then_try(deed, checking("The ledger says that it was paid; the case goes on with its next attempt."))


async def is_paid_again(session: AsyncSession, deed: Deed) -> Done:
    """A refused payment is released again, under a new key."""
    try:
        key = await pay_again(session, deed.subject_id, deed.now, deed.repair.asked_role)
    except PaymentRepairRefused as refused:
        return not_allowed(refused.sentence)
    return _then_try(deed, checking("The payment is released again, under a new key.", key=key))


def _then_try(deed: Deed, done: Done) -> Done:
    return replace(done, then_try=paid_in(deed))


def paid_in(deed: Deed) -> ThenTry | None:
    """The step that pays what a deed is about; None where no workflow does."""
    workflow_id = deed.item.workflow_id
    return ThenTry(workflow_id, paying_step(workflow_id), deed.name) if workflow_id else None


def paying_step(workflow_id: str) -> str:
    """The step of a workflow that pays."""
    return "pay_funding" if workflow_id.startswith(funding_workflow_id("")) else "release_grant"

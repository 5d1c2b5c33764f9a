"""Additional funding: application, decision, payment, in the same kind of transaction as any act (PROCESS.md A12)."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening
from casework.post import Report, put_letter
from casework.telling import tell_funding
from contracts.funding import Decision, FundingStanding
from contracts.ids import funding_workflow_id
from contracts.people import Role
from rules.case_forms import ApplyForFunding, DecideFunding
from rules.findings import Finding
from rules.funding import (
    Application,
    decision_due,
    decision_of,
    funding_key,
    last_day_to_decide,
    late_letter_at,
)
from rules.funding import faults_of_decision as faults
from rules.ladder import REPORTS, Kind, when_at_work
from rules.sections import parties
from store import funding
from store.events import add_event
from store.grants import LedgerState
from store.letters import withdraw
from store.messages import close_destination
from store.money_tables import FundingRow
from store.reviews import KeptReview, get_review
from store.schools import place_of
from store.tables import Case

_SENT_WHEN_LATE = 1
"""The level of the letter about a late decision: one, to the head of the Virtual School."""


async def apply(
    session: AsyncSession, case: Case, review: KeptReview, form: ApplyForFunding, act_id: str, happening: Happening
) -> list[str]:
    """Keep an application, with the day by which it is decided; gives the workflow that is to be told.

    The caller holds the case's lock and has stored the act.
    """
    plan, now = review.plan, happening.at
    due = decision_due(plan, now)
    row = FundingRow(
        id=f"{plan.case_id}-{secrets.token_hex(8)}",
        case_id=case.id,
        review_id=plan.review_id,
        act_id=act_id,
        applied_by=happening.by,
        asked_pence=form.pence,
        decide_by=due.until,
    )
    await funding.add_application(session, row)
    facts = {"name": due.name, "on": due.on.isoformat(), "until": due.until.isoformat(), "sentence": due.sentence}
    calendar = f"{plan.calendar.code} version {plan.calendar.version}"
    add_event(session, case.id, plan.review_id, now, "funding_deadline", happening.by, **facts, calendar=calendar)
    return [await tell_funding(session, case.id, row.id, "funding_applied", None, now)]


async def faults_of_decision(session: AsyncSession, case: Case, form: DecideFunding) -> list[Finding]:
    """Why an application cannot be decided like this; nothing where it can. The caller holds the case's lock."""
    row = await funding.find_application(session, case.id, form.application)
    application = Application(row.asked_pence, _decision(row)) if row else None
    return faults(application, form)


async def decided(
    session: AsyncSession, case: Case, review: KeptReview, form: DecideFunding, happening: Happening
) -> list[str]:
    """Keep a decision that may be made, with its payment's intent and its letters; gives the workflow to tell.

    The school that is paid is the child's at this moment. Without a school place the Virtual School keeps the money and
    spends it for the child, as with the grant. The caller holds the case's lock and has stored the act.
    """
    row = await funding.find_application(session, case.id, form.application)
    assert row is not None, "faults_of_decision is asked before"  # noqa: S101
    decision = decision_of(form)
    row.decision, row.decided_by_act = decision.value, form.id
    if decision is Decision.AGREED:
        row.pence = form.pence
        await _to_the_school_or_kept(session, case, row, happening)
    await session.flush()
    await withdraw(session, row.review_id, REPORTS + _late(row), happening.at)
    applied_in = await get_review(session, row.review_id) or review
    await _write_to_both(session, case, applied_in, row, happening.at)
    told = await tell_funding(session, case.id, row.id, "funding_decided", decision, happening.at)
    if decision is Decision.DECLINED or row.state == funding.KEPT:
        await close_destination(session, told)
    return [told]


async def _to_the_school_or_kept(session: AsyncSession, case: Case, row: FundingRow, happening: Happening) -> None:
    """What becomes of an agreed sum: a payment to the child's school, or none, which settles it at once."""
    school = place_of(case)
    if school is None:
        row.state, row.settled_at = funding.KEPT, happening.at
        add_event(session, case.id, row.review_id, happening.at, "funding_kept", happening.by, pence=row.pence)
        return
    number = await funding.agreed_before(session, case.id) + 1
    row.key, row.school_urn, row.state = funding_key(case.ref, number), school, LedgerState.INTENT.value


async def note_late(session: AsyncSession, application: str, now: datetime) -> FundingStanding:
    """The time for the decision has passed: the head of the Virtual School is told, once and only while it is true."""
    case, row = await funding.lock_application(session, application)
    review = await get_review(session, row.review_id)
    if row.decision is None and row.decide_by <= now and review and not await funding.told_late(session, row):
        add_event(session, case.id, row.review_id, now, funding.LATE, "clock", application=row.id)
        facts = {"dates": {"funding_decision": last_day_to_decide(row.decide_by).isoformat()}}
        report = Report(Kind.ESCALATION, _late(row), facts, _SENT_WHEN_LATE)
        leaves = max(now, late_letter_at(review.plan, row.decide_by))
        head = Role.VIRTUAL_SCHOOL_HEAD
        await put_letter(session, case, review.plan, review.standing, report, head, leaves)
    return _standing(row)


async def kept_standing(session: AsyncSession, application: str) -> FundingStanding | None:
    """How an application stands whose money the Virtual School keeps; None for every other, known or not."""
    row = await funding.get_application(session, application)
    return _standing(row) if row is not None and row.state == funding.KEPT else None


async def note_paid(session: AsyncSession, application: str, now: datetime) -> FundingStanding:
    """The payment was confirmed: it goes into the case's history. Noting it twice is noting it once."""
    case, row = await funding.lock_application(session, application)
    if row.settled_at is None and row.state == LedgerState.CONFIRMED:
        row.settled_at = now
        add_event(session, case.id, row.review_id, now, "funding", "clock", pence=row.pence, key=row.key)
        await close_destination(session, funding_workflow_id(row.id))
        await session.flush()
    return _standing(row)


async def _write_to_both(session: AsyncSession, case: Case, review: KeptReview, row: FundingRow, now: datetime) -> None:
    """The decision, to both parties on their first day at work. It stays true whatever becomes of the review."""
    plan = replace(review.plan, has_school_place=case.has_school_place)  # a plan that is over does not follow the child
    facts = {"agreed": row.decision == Decision.AGREED, "pence": row.pence, "kept": row.state == funding.KEPT}
    report = Report(Kind.FUNDING_DECIDED, f"funding-{row.id}", facts)
    for role in parties(plan):
        await put_letter(session, case, plan, review.standing, report, role, when_at_work(plan, role, now))


def _late(row: FundingRow) -> str:
    return f"funding-late-{row.id}"


def _decision(row: FundingRow) -> Decision | None:
    return Decision(row.decision) if row.decision else None


def _standing(row: FundingRow) -> FundingStanding:
    kept = row.state == funding.KEPT
    return FundingStanding(_decision(row), paid=row.settled_at is not None and not kept, kept=kept)

"""Who is asked to the meeting beside the two parties; their invitations follow it when it moves (PROCESS.md B4)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.post import Report, put_letter, put_letter_to
from contracts.clock import london_date, morning_of
from contracts.people import Role
from contracts.review import ReviewPlan, Standing
from rules.case_forms import AnswerInvitation
from rules.forms import Invite
from rules.ladder import Kind, when_at_work
from rules.meeting import is_to_come
from rules.sections import parties
from store.attendees import add_attendee, answered, attendees_of
from store.cases import addresses
from store.tables import Attendee, Case


async def invite(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, form: Invite, now: datetime
) -> None:
    """Keep who is asked; where the date is known and there is an address, the invitation goes at once."""
    attendee = await add_attendee(session, plan.review_id, form.kind, form.name, form.email)
    await _send(session, case, plan, standing, attendee, now)


async def answer(session: AsyncSession, plan: ReviewPlan, form: AnswerInvitation, now: datetime) -> None:
    """Keep what an invited person answered, or what one of the parties answers for themselves or for somebody."""
    said = form.answer if isinstance(form.answer, str) else "yes" if form.answer else "no"
    await answered(session, plan.review_id, form.kind or form.by.value, said, now)


async def invite_again(session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, now: datetime) -> None:
    """The meeting has another date: everybody who was asked hears of it, in the same entry of their calendar."""
    for attendee in await attendees_of(session, plan.review_id):
        await _send(session, case, plan, standing, attendee, now)


async def welcome(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, role: Role, now: datetime
) -> None:
    """Somebody has taken over a role: the meeting that is to come goes into their calendar as well."""
    if is_to_come(standing, now) and role in parties(plan):
        report = Report(Kind.INVITATION, f"welcome-{standing.meeting_sequence}", _meeting(standing))
        await put_letter(session, case, plan, standing, report, role, _at_their_desk(plan, role, now))


async def call_off_for(
    session: AsyncSession, case: Case, plan: ReviewPlan, before: Standing, role: Role, now: datetime
) -> None:
    """The meeting goes out of the calendar of whoever plays a role at this moment."""
    if is_to_come(before, now) and role in parties(plan):
        report = _called_off(before)
        await put_letter(session, case, plan, before, report, role, _at_their_desk(plan, role, now))


async def call_off(
    session: AsyncSession, case: Case, plan: ReviewPlan, before: Standing, now: datetime, *, told: Role | None = None
) -> None:
    """The meeting has no date any more. `before` is how the review stood while it had one; `told` knows already."""
    for role in parties(plan):
        if role is not told:
            await call_off_for(session, case, plan, before, role, now)
    if is_to_come(before, now):
        for attendee in await attendees_of(session, plan.review_id):
            await _put(session, case, plan, before, _called_off(before), attendee, now)


async def _send(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, attendee: Attendee, now: datetime
) -> None:
    if is_to_come(standing, now):
        report = Report(Kind.INVITATION, f"meeting-{standing.meeting_sequence}", _meeting(standing))
        await _put(session, case, plan, standing, report, attendee, now)


async def _put(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    standing: Standing,
    report: Report,
    attendee: Attendee,
    now: datetime,
) -> None:
    """To the address that was given with the invitation, or else to whoever plays that role on the case."""
    known = attendee.kind in list(Role) and await addresses(session, case, Role(attendee.kind))
    if attendee.email is None and known:
        await put_letter(session, case, plan, standing, report, Role(attendee.kind), now)
    else:
        await put_letter_to(session, case, plan, standing, report, attendee, now)


def _at_their_desk(plan: ReviewPlan, role: Role, now: datetime) -> datetime:
    """Now, or 08:00 of the reader's day at work: what the clock carries out at midnight wakes nobody."""
    leaves = when_at_work(plan, role, now)
    return max(leaves, morning_of(london_date(leaves)))


def _called_off(before: Standing) -> Report:
    facts = {**_meeting(before), "sequence": before.meeting_sequence + 1, "cancelled": True}
    return Report(Kind.INVITATION, f"called-off-{before.meeting_sequence}", facts)


def _meeting(standing: Standing) -> dict[str, object]:
    return {"sequence": standing.meeting_sequence, "time": standing.meeting_time}

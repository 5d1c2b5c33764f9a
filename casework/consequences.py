"""What an accepted act sets off beside the change of its own review."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework import funding, invitations
from casework.closing import bring_back_the_one_before, close_if_overtaken, close_those_before
from casework.corrections import note_difference
from casework.cycles import retime
from casework.keeping import Happening
from casework.next_date import hand_on_the_date
from casework.post import Report, put_letter
from contracts.people import Role
from contracts.review import ReviewPlan, Stage, Standing
from rules.case_forms import (
    AnswerInvitation,
    ApplyForFunding,
    CheckIn,
    Correct,
    DecideFunding,
    RaiseConcern,
    ReviewWithoutMeeting,
)
from rules.forms import (
    AnyForm,
    ArrangeMeeting,
    Delegate,
    Invite,
    MoveMeeting,
    NextMeeting,
    RecordMeeting,
    SignOff,
)
from rules.ladder import Kind
from store.cases import delegate
from store.reviews import KeptReview, note_school, school_of_meeting
from store.schools import place_of
from store.tables import Case


async def follow(  # noqa: C901, PLR0912 - one branch an act: a table, not a tangle
    session: AsyncSession, case: Case, review: KeptReview, after: Standing, form: AnyForm, happening: Happening
) -> list[str]:
    """Carry out what follows; gives the workflows that are to be told of it. `review` is as it was before the act."""
    plan, now = review.plan, happening.at
    match form:
        case ArrangeMeeting() | MoveMeeting():
            await invitations.invite_again(session, case, plan, after, now)
        case Invite():
            await invitations.invite(session, case, plan, after, form, now)
        case AnswerInvitation():
            await invitations.answer(session, plan, form, now)
        case RecordMeeting(held=False):
            await invitations.call_off(session, case, plan, review.standing, now)
        case RecordMeeting() | ReviewWithoutMeeting():
            return await _met(session, case, review, after, form.id, happening)
        case NextMeeting():
            handed_on = await hand_on_the_date(session, case, plan, form, happening)
            return handed_on + await retime(session, case, now)
        case Delegate():
            await delegate(session, case, form.to, form.section)
        case RaiseConcern():
            await _tell_of_concern(session, case, plan, after, form.target, form.id, now)
        case CheckIn(on_track=False):
            await _tell_of_concern(session, case, plan, after, form.target, form.id, now)
        case SignOff():
            await note_difference(session, plan, after, form.id, now)
            await _note_place(session, case, plan)
            return (await close_if_overtaken(session, case, plan, after, happening))[1]
        case Correct():
            return await _taken_back(session, case, review, after, form.id, happening)
        case ApplyForFunding():
            return await funding.apply(session, case, review, form, form.id, happening)
        case DecideFunding():
            return await funding.decided(session, case, review, form, happening)
    return []


async def _met(
    session: AsyncSession, case: Case, review: KeptReview, after: Standing, act_id: str, happening: Happening
) -> list[str]:
    """The plan before this one is over; the money is for the school whose meeting it was."""
    if after.meeting_on is None and review.standing.meeting_on is not None:
        await invitations.call_off(session, case, review.plan, review.standing, happening.at)
    await note_school(session, review.plan.review_id, place_of(case))
    return await close_those_before(session, case, review.plan.review_id, act_id, happening)


async def _taken_back(
    session: AsyncSession, case: Case, review: KeptReview, after: Standing, act_id: str, happening: Happening
) -> list[str]:
    """What the mistake had set off: the plan before was over, a date was called off, a review was to open early."""
    plan, before, now = review.plan, review.standing, happening.at
    if after.meeting_sequence != before.meeting_sequence:
        await invitations.invite_again(session, case, plan, after, now)
    told = []
    if before.held_on is not None and after.held_on is None:
        told = await bring_back_the_one_before(session, case, act_id, happening)
    if after.stage is Stage.MISSED:
        await note_difference(session, plan, after, act_id, now)
    return told + await retime(session, case, now)


async def _note_place(session: AsyncSession, case: Case, plan: ReviewPlan) -> None:
    """A meeting without a school is noted at none: the money is for the school at which there is a place by now."""
    if await school_of_meeting(session, plan.review_id) is None:
        await note_school(session, plan.review_id, place_of(case))


async def _tell_of_concern(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    standing: Standing,
    target: int,
    act_id: str,
    now: datetime,
) -> None:
    """The Virtual School is told at once that a target may not be met (A11)."""
    report = Report(Kind.CONCERN_RAISED, f"concern-{act_id}", {"target": target})
    await put_letter(session, case, plan, standing, report, Role.VIRTUAL_SCHOOL, now)

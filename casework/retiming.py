"""Open reviews follow a change of the child's school or of its term dates (PROCESS.md, Edge cases)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.case_calendar import calendar_of_case
from casework.invitations import call_off
from casework.keeping import Happening, keep_changed
from casework.passing import write_letters
from casework.post import Report, put_letter
from casework.telling import tell_review
from contracts.clock import london_date, morning_of
from contracts.people import Role
from contracts.review import ReviewPlan, Stage, Standing
from rules.ladder import Kind, when_at_work
from rules.progress import settled
from rules.replanning import follow, loses_its_date, replanned
from store.events import add_event
from store.reviews import reviews_of
from store.tables import Case


async def replan(session: AsyncSession, case: Case, happening: Happening, *, other_school: bool = False) -> list[str]:
    """Bring every open review of a case to its present calendar; gives the workflows to be told."""
    calendar = await calendar_of_case(session, case)
    told = []
    for kept in await reviews_of(session, case.id, open_only=True):
        plan = replanned(kept.plan, calendar, has_school_place=case.has_school_place)
        if plan.version != kept.plan.version or other_school:
            told.append(await _replan(session, case, kept.plan, plan, kept.standing, happening, other_school))
    return told


async def _replan(
    session: AsyncSession,
    case: Case,
    before: ReviewPlan,
    plan: ReviewPlan,
    standing: Standing,
    happening: Happening,
    other_school: bool,
) -> str:
    now = happening.at
    fell = loses_its_date(plan, standing, now)
    after = follow(before, plan, standing, now, other_school=other_school)
    after = replace(settled(plan, after, now), changes=standing.changes + 1)
    await keep_changed(session, plan, standing, after, happening, plan_before=before)
    if fell:
        await _say_that_the_date_fell(session, case, plan, standing, after, now, other_school)
    elif _dates_differ(before, plan) and after.stage is Stage.WAITING_FOR_DATE:
        await put_letter(session, case, plan, after, _another_date(plan), Role.SOCIAL_WORKER, _at_work(plan, now))
    after = (await write_letters(session, case, plan, after, now)).standing
    return await tell_review(session, plan, after, "plan_changed", happening, act_id="", new_plan=plan)


async def _say_that_the_date_fell(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    before: Standing,
    after: Standing,
    now: datetime,
    other_school: bool,
) -> None:
    """The social worker is asked for another date, and everybody's calendar loses the old one.

    A designated teacher who has just come never had it; the one before them has been told.
    """
    add_event(session, case.id, plan.review_id, now, "date_withdrawn", "clock")
    await call_off(session, case, plan, before, now, told=Role.DESIGNATED_TEACHER if other_school else None)
    await put_letter(session, case, plan, after, _another_date(plan), Role.SOCIAL_WORKER, _at_work(plan, now))


def _at_work(plan: ReviewPlan, now: datetime) -> datetime:
    """Now, or 08:00 of a day at work: a change that the clock carries out at midnight wakes nobody."""
    leaves = when_at_work(plan, Role.SOCIAL_WORKER, now)
    return max(leaves, morning_of(london_date(leaves)))


def _dates_differ(before: ReviewPlan, plan: ReviewPlan) -> bool:
    return (before.term.last_day, before.term.half_term_first) != (plan.term.last_day, plan.term.half_term_first)


def _another_date(plan: ReviewPlan) -> Report:
    return Report(Kind.ARRANGE_MEETING, f"plan-version-{plan.version}")

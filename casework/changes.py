"""Acts on the case rather than on one plan: another school, another person, leaving care (PROCESS.md, Edge cases).

Each holds from a day: at once, or kept until the clock or the next act finds that its day has come. A young person who
turns 18 is no longer looked after, whether or not anybody says so (Children Act 1989, s. 105).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.ahead import next_change_on
from casework.closing import close_all
from casework.cycles import leave, retime
from casework.invitations import call_off_for, welcome
from casework.keeping import Happening, keep_changed
from casework.readdressing import follow_the_roles
from casework.retiming import replan
from casework.telling import tell_review
from contracts.clock import in_words, london_date
from contracts.people import Role
from rules.case_forms import ChangePerson, ChangeSchool, Correct, LeaveCare
from rules.coming_of_age import comes_of_age
from rules.findings import Finding
from rules.forms import read
from rules.progress import next_wake
from store.cases import replace_people
from store.events import add_event
from store.pending import acts_for, add_pending, pending_due, take_back, waits
from store.reviews import reviews_of
from store.schools import NO_SCHOOL, keep_school, school_like
from store.tables import Case

OnTheCase = ChangeSchool | ChangePerson | LeaveCare


async def is_still_to_come(session: AsyncSession, case: Case, form: Correct) -> bool:
    """Whether a correction is about a change that waits for its day: it is then simply not carried out."""
    return form.act is not None and await waits(session, case.id, form.act)


async def faults_of_change(session: AsyncSession, case: Case, form: OnTheCase | Correct) -> list[Finding]:
    """What only the record can show of such an act."""
    if not case.in_care:
        return [Finding("ORDER", "This child is not looked after any more; a roll says when they enter care again.")]
    if isinstance(form, LeaveCare) and form.on < case.entered_care_on:
        words = f"on: the child entered care on {in_words(case.entered_care_on)} only; correct the day."
        return [Finding("FORM", words)]
    if isinstance(form, ChangeSchool) and form.school:
        known = await school_like(session, form.school)
        if form.school.strip().lower() == NO_SCHOOL.lower():
            words = "school: leave it out where the child has no place; the Virtual School takes the teacher's part."
            return [Finding("FORM", words)]
        if known is not None and known.calendar != form.calendar:
            words = f"calendar: that school follows the calendar {known.calendar}; give that one, or import another."
            return [Finding("FORM", words)]
    return []


async def take_change(
    session: AsyncSession, case: Case, form: OnTheCase | Correct, act_id: str, happening: Happening
) -> list[str]:
    """Carry it out, or keep it for its day; gives the workflows to be told.

    A change of the same kind that waits for the same day is replaced: what was said last holds.
    """
    if isinstance(form, Correct):
        await take_back(session, [str(form.act)])
        return await _note_next_change(session, case, happening)
    if _holds_from(form) <= london_date(happening.at):
        return await _carry_out(session, case, form, act_id, happening)
    said_before = await acts_for(session, case.id, _holds_from(form))
    await take_back(session, [act.id for act in said_before if _is_of_the_same(form, act.body)])
    add_pending(session, case.id, act_id, _holds_from(form))
    await session.flush()
    return await _note_next_change(session, case, happening)


async def apply_due(session: AsyncSession, case: Case, now: datetime) -> list[str]:
    """Carry out everything whose day has come, in its order; gives the workflows to be told."""
    told = []
    for pending, act in await pending_due(session, case.id, london_date(now)):
        form = read(act.body)
        if isinstance(form, OnTheCase) and case.in_care:
            told += await _carry_out(session, case, form, act.id, Happening(now, act.by))
        pending.applied_at = now
    if case.in_care and comes_of_age(case.date_of_birth) <= london_date(now):
        add_event(session, case.id, None, now, "came_of_age", "clock")
        told += await _leave_care(session, case, london_date(now), "", Happening(now, "clock"))
    await session.flush()
    return told + await _note_next_change(session, case, Happening(now, "clock"))


def _is_of_the_same(form: OnTheCase, earlier: Mapping[str, Any]) -> bool:
    """Whether an earlier act is about the same: the school, leaving care, or the same role."""
    return form.action == earlier["action"] and earlier.get("role") == getattr(form, "replaces", None)


def _holds_from(form: OnTheCase) -> date:
    return form.on if isinstance(form, LeaveCare) else form.from_


async def _carry_out(
    session: AsyncSession, case: Case, form: OnTheCase, act_id: str, happening: Happening
) -> list[str]:
    match form:
        case ChangePerson():
            return await _hand_over(session, case, form, happening)
        case ChangeSchool():
            return await _move_school(session, case, form, happening)
        case LeaveCare():
            return await _leave_care(session, case, form.on, act_id, happening)


async def _hand_over(session: AsyncSession, case: Case, form: ChangePerson, happening: Happening) -> list[str]:
    """Clocks, signatures and everything written stay; letters find the new person by the role."""
    await replace_people(session, case.id, form.replaces, form.email, form.name)
    add_event(session, case.id, None, happening.at, "handed_over", happening.by, role=form.role)
    for kept in await reviews_of(session, case.id, open_only=True):
        await welcome(session, case, kept.plan, kept.standing, form.replaces, happening.at)
    await follow_the_roles(session, case, happening.at)
    return []


async def _move_school(session: AsyncSession, case: Case, form: ChangeSchool, happening: Happening) -> list[str]:
    """Targets and the child's voice are carried; the dates are the new school's, and so is the designated teacher."""
    for kept in await reviews_of(session, case.id, open_only=True):
        await call_off_for(session, case, kept.plan, kept.standing, Role.DESIGNATED_TEACHER, happening.at)
    case.has_school_place = form.school is not None
    if form.school and form.calendar and form.designated_teacher and form.email:
        case.school_urn = (await keep_school(session, form.school, form.calendar)).urn
        await replace_people(session, case.id, Role.DESIGNATED_TEACHER, form.email, form.designated_teacher)
    else:
        await replace_people(session, case.id, Role.DESIGNATED_TEACHER)  # the child is on their roll no longer
    await replace_people(session, case.id, Role.PASTORAL)
    await session.flush()
    add_event(session, case.id, None, happening.at, "school_changed", happening.by, has_place=case.has_school_place)
    told = await replan(session, case, happening, other_school=True)
    await follow_the_roles(session, case, happening.at)
    return told + await retime(session, case, happening.at)


async def _leave_care(session: AsyncSession, case: Case, on: date, act_id: str, happening: Happening) -> list[str]:
    case.left_care_on = on
    add_event(session, case.id, None, happening.at, "left_care", happening.by, on=on.isoformat())
    told = await close_all(session, case, act_id, happening)
    return [*told, await leave(session, case, happening.at)]


async def _note_next_change(session: AsyncSession, case: Case, happening: Happening) -> list[str]:
    """Every open review wakes on the day of the next change; told where that is another day than it knows."""
    on = await next_change_on(session, case, london_date(happening.at))
    told = []
    for kept in await reviews_of(session, case.id, open_only=True):
        if kept.standing.changes_on != on:
            after = replace(kept.standing, changes_on=on, changes=kept.standing.changes + 1)
            await keep_changed(session, kept.plan, kept.standing, after, happening)
            if next_wake(kept.plan, after) != next_wake(kept.plan, kept.standing):
                told.append(await tell_review(session, kept.plan, after, "plan_changed", happening, act_id=""))
    return told

"""A child's cycle: when the next review opens, and opening it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.keeping import Happening, keep_opened
from casework.passing import write_letters
from casework.telling import tell_cycle, tell_new_cycles
from contracts.activities import OpenedReview
from contracts.calendar import SchoolCalendar, Term
from contracts.clock import london_date, morning_of, start_of
from contracts.ids import cycle_workflow_id, review_id
from contracts.messages import Opening
from contracts.policy import Policy
from contracts.review import ReviewPlan, Section, Stage, Standing
from rules.meeting import faults_of_date
from rules.opening import next_opening
from rules.progress import opened, settled
from rules.year_groups import year_group_in
from store.calendars import snapshot
from store.cases import cases_of_calendars, cases_with_calendars, lock_case, school_of
from store.events import add_event
from store.grants import paid_in_year
from store.messages import last_stored
from store.reviews import KeptReview, get_review, reviews_of
from store.tables import Case

POLICY = Policy()
"""The guidance's numbers. Part 2 brings policy files, a version an academic year; only this line knows of one."""


async def begin_many(session: AsyncSession, case_ids: Sequence[str], now: datetime) -> None:
    """Children are new on the roll: each cycle is told when its first review opens, even if no term is known yet.

    For cases without any review or message. The caller's transaction has made them, so nobody else sees them yet.
    """
    calendars: dict[str, SchoolCalendar] = {}
    told = []
    for case, code in await cases_with_calendars(session, case_ids):
        if code not in calendars:
            calendars[code] = await snapshot(session, code)
        opening = _opening_after((), calendars[code], case, now)
        _note(case, opening)
        told.append((case.id, opening))
    await tell_new_cycles(session, told, now)


async def terms_changed(session: AsyncSession, calendar_codes: list[str], now: datetime) -> None:
    """New term dates: every child of those calendars is told if the next review opens at another time."""
    for case in await cases_of_calendars(session, calendar_codes):
        await retime(session, case, now)


async def retime(session: AsyncSession, case: Case, now: datetime) -> list[str]:
    """Tell the cycle when its next review opens, if that has changed; gives the workflows to be told."""
    opening = await upcoming(session, case, now)
    known = Opening(case.opens_term, case.opens_at) if case.opens_term and case.opens_at else None
    if opening == known:
        return []
    _note(case, opening)
    return [await tell_cycle(session, case.id, opening, now)]


async def upcoming(session: AsyncSession, case: Case, now: datetime) -> Opening | None:
    """When the next review of a case opens, not before the child entered care."""
    school = await school_of(session, case)
    calendar = await snapshot(session, school.calendar)
    return _opening_after(await reviews_of(session, case.id), calendar, case, now)


def _opening_after(
    reviews: Sequence[KeptReview], calendar: SchoolCalendar, case: Case, now: datetime
) -> Opening | None:
    entered = start_of(case.entered_care_on)
    opening = next_opening(
        calendar,
        POLICY,
        opened={review.plan.term.key for review in reviews},
        today=london_date(max(now, entered)),
        meeting_on=reviews[-1].standing.next_meeting_on if reviews else None,
    )
    return Opening(opening.term, max(opening.at, entered)) if opening else None


async def open_review(
    session: AsyncSession, case_id: str, term_key: str, now: datetime
) -> tuple[KeptReview | None, OpenedReview]:
    """Open the review of a term, once; asking again gives the one that is open. None for a child who left care."""
    case = await lock_case(session, case_id)
    if not case.in_care:
        return None, OpenedReview(None, up_to=await last_stored(session, cycle_workflow_id(case_id)))
    school = await school_of(session, case)
    calendar = await snapshot(session, school.calendar)
    term = next((term for term in calendar.terms if term.key == term_key), None)
    kept = await _open_once(session, case, calendar, term, now) if term else None
    following = await upcoming(session, case, now)
    _note(case, following)
    return kept, OpenedReview(following, up_to=await last_stored(session, cycle_workflow_id(case_id)))


async def _open_once(
    session: AsyncSession, case: Case, calendar: SchoolCalendar, term: Term, now: datetime
) -> KeptReview:
    return await get_review(session, review_id(case.id, term)) or await _open(session, case, calendar, term, now)


def _note(case: Case, opening: Opening | None) -> None:
    case.opens_term = opening.term if opening else None
    case.opens_at = opening.at if opening else None


async def _open(session: AsyncSession, case: Case, calendar: SchoolCalendar, term: Term, now: datetime) -> KeptReview:
    before = await reviews_of(session, case.id)
    plan = await _plan(session, case, calendar, term, before)
    standing = _with_agreed_date(plan, opened(plan, now), before[-1] if before else None, now)
    await keep_opened(session, plan, standing, Happening(now, "clock"))
    standing = (await write_letters(session, case, plan, standing, now)).standing
    if before and before[-1].standing.next_meeting_on and standing.meeting_on is None:
        add_event(session, case.id, plan.review_id, now, "agreed_date_not_valid", "clock")
    return KeptReview(plan, standing)


async def _plan(
    session: AsyncSession, case: Case, calendar: SchoolCalendar, term: Term, before: list[KeptReview]
) -> ReviewPlan:
    spent = await paid_in_year(session, case.id, term.academic_year)
    return ReviewPlan(
        case_id=case.id,
        review_id=review_id(case.id, term),
        term=term,
        calendar=_around(calendar, term),
        policy=POLICY,
        year_group=year_group_in(case.year_group, case.year_group_in, term.academic_year),
        grant_eligible=case.grant_eligible,
        follows_a_pep=any(_has_targets(review.standing) for review in before),
        year_remainder_pence=max(0, POLICY.year_cap_pence - spent),
    )


def _with_agreed_date(plan: ReviewPlan, standing: Standing, before: KeptReview | None, now: datetime) -> Standing:
    """The date that was set at the last meeting, checked again now that the term's dates are known (ACTS.md)."""
    on: date | None = before.standing.next_meeting_on if before else None
    if on is None or faults_of_date(plan, on, london_date(now)):
        return standing
    in_the_morning = max(now, morning_of(london_date(now)))
    arranged = replace(standing, meeting_on=on, meeting_sequence=1, invited_at=in_the_morning)
    return settled(plan, arranged, now)


def _around(calendar: SchoolCalendar, term: Term) -> SchoolCalendar:
    """The part of a calendar that a review needs: its own term, the one before and the two after it."""
    place = calendar.terms.index(term)
    terms = calendar.terms[max(0, place - 1) : place + 3]
    first, last = terms[0].first_day, terms[-1].last_day
    holidays = tuple(day for day in calendar.bank_holidays if first.year <= day.year <= last.year + 1)
    return SchoolCalendar(calendar.code, terms, holidays, calendar.version, calendar.verified)


def _has_targets(standing: Standing) -> bool:
    wrote_targets = any(one.section is Section.TARGETS for one in standing.submitted)
    return wrote_targets and standing.stage is not Stage.MISSED

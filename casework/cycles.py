"""A child's cycle: when the next review opens, and opening it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.ahead import next_change_on
from casework.case_calendar import calendar_of_case
from casework.keeping import Happening, keep_opened
from casework.passing import write_letters
from casework.policies import policy_for
from casework.telling import tell_cycle, tell_new_cycles
from contracts.activities import OpenedReview
from contracts.calendar import SchoolCalendar, Term
from contracts.clock import london_date, morning_of, start_of
from contracts.ids import cycle_workflow_id, review_id
from contracts.messages import Opening
from contracts.policy import Policy
from contracts.review import FINAL, ReviewPlan, Section, Stage, Standing
from rules.calendar import around, same_term
from rules.first_plan import FirstPlan, first_plan
from rules.meeting import faults_of_date
from rules.opening import next_term, opening_of
from rules.progress import opened, settled
from rules.year_groups import academic_year_of, year_group_in
from store.calendars import snapshot
from store.cases import cases_with_calendars, lock_case
from store.events import add_event
from store.grants import taken_of_the_year
from store.messages import last_stored
from store.reviews import KeptReview, get_review, reviews_of
from store.tables import Case


async def begin_many(session: AsyncSession, case_ids: Sequence[str], now: datetime) -> None:
    """Children are new on the roll: each cycle is told when its first review opens, even if no term is known yet.

    For cases without any review or message. The caller's transaction has made them, so nobody else sees them yet.
    """
    calendars: dict[str, SchoolCalendar] = {}
    policies = _Policies(session)
    told = []
    for case, code in await cases_with_calendars(session, case_ids):
        if code not in calendars:
            calendars[code] = await snapshot(session, code)
        opening = await _opening_after((), calendars[code], policies, case, now)
        _note(case, opening)
        told.append((case.id, opening))
    await tell_new_cycles(session, told, now)


async def retime(session: AsyncSession, case: Case, now: datetime) -> list[str]:
    """Tell the cycle when its next review opens, if that has changed; gives the workflows to be told."""
    opening = await upcoming(session, case, now)
    known = Opening(case.opens_term, case.opens_at) if case.opens_term and case.opens_at else None
    if opening == known:
        return []
    _note(case, opening)
    return [await tell_cycle(session, case.id, opening, now)]


async def leave(session: AsyncSession, case: Case, now: datetime) -> str:
    """The child is no longer in care: the cycle ends. Gives its workflow, to be told."""
    case.in_care = False
    _note(case, None)
    return await tell_cycle(session, case.id, None, now, in_care=False)


async def upcoming(session: AsyncSession, case: Case, now: datetime) -> Opening | None:
    """When the next review of a case opens, not before the child entered care."""
    calendar = await calendar_of_case(session, case)
    return await _opening_after(await reviews_of(session, case.id), calendar, _Policies(session), case, now)


class _Policies:
    """The policies of academic years, each asked for once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._known: dict[str, Policy] = {}

    async def of(self, academic_year: str) -> Policy:
        if academic_year not in self._known:
            self._known[academic_year] = await policy_for(self._session, academic_year)
        return self._known[academic_year]


async def _opening_after(
    reviews: Sequence[KeptReview], calendar: SchoolCalendar, policies: _Policies, case: Case, now: datetime
) -> Opening | None:
    """By the numbers and the year group of the term's own academic year, which may be the next one."""
    entered = start_of(case.entered_care_on)
    first = _first_plan(reviews, calendar, await policies.of(academic_year_of(london_date(now))), case, now)
    if first is not None:
        return Opening(first.term.key, max(entered, start_of(london_date(now))))
    opened = {review.plan.term.key for review in reviews}
    term = next_term(calendar, opened, london_date(max(now, entered)))
    if term is None:
        return None
    policy = await policies.of(term.academic_year)
    year_group = year_group_in(case.year_group, case.year_group_in, term.academic_year)
    opening = opening_of(calendar, term, policy, meeting_on=_agreed(reviews), year_group=year_group)
    early = case.early_at if case.early_at and case.early_term == opening.term else opening.at
    return Opening(opening.term, max(min(opening.at, early), entered))


def _first_plan(
    reviews: Sequence[KeptReview], calendar: SchoolCalendar, policy: Policy, case: Case, now: datetime
) -> FirstPlan | None:
    """The first plan of a child who has just entered care; None once a review of this time in care has opened."""
    first = first_plan(calendar, policy, case.entered_care_on)
    if first is None or first.initial.available_on < london_date(now):
        return None
    entered = start_of(case.entered_care_on)
    is_new = all(review.standing.stage in FINAL or review.standing.since < entered for review in reviews)
    is_free = first.term.key not in {review.plan.term.key for review in reviews}
    return first if is_new and is_free else None


async def open_review(
    session: AsyncSession, case_id: str, term_key: str, now: datetime
) -> tuple[KeptReview | None, OpenedReview]:
    """Open the review of a term, once; asking again gives the one that is open. None for a child who left care.

    The caller holds the case's lock and has carried out what holds by now.
    """
    case = await lock_case(session, case_id)
    if not case.in_care:
        return None, OpenedReview(None, up_to=await last_stored(session, cycle_workflow_id(case_id)))
    calendar = await calendar_of_case(session, case)
    term = same_term(calendar, term_key)
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
    plan = await _plan(session, case, calendar, term, before, now)
    changes_on = await next_change_on(session, case, london_date(now))
    fresh = replace(opened(plan, now), changes_on=changes_on)
    standing = _with_agreed_date(plan, fresh, _agreed(before), now)
    await keep_opened(session, plan, standing, Happening(now, "clock"))
    standing = (await write_letters(session, case, plan, standing, now, until=_this_morning(now))).standing
    if _agreed(before) and standing.meeting_on is None:
        add_event(session, case.id, plan.review_id, now, "agreed_date_not_valid", "clock")
    return KeptReview(plan, standing)


def _this_morning(now: datetime) -> datetime:
    """The letters of the day on which a review opens are written with it; they leave at their hour."""
    return max(now, morning_of(london_date(now)))


async def _plan(
    session: AsyncSession, case: Case, calendar: SchoolCalendar, term: Term, before: list[KeptReview], now: datetime
) -> ReviewPlan:
    policy = await policy_for(session, term.academic_year)
    spent = await taken_of_the_year(session, case.id, term.academic_year)
    first = _first_plan(before, calendar, policy, case, now)
    return ReviewPlan(
        case_id=case.id,
        review_id=review_id(case.id, term),
        term=term,
        calendar=around(calendar, term),
        policy=policy,
        year_group=year_group_in(case.year_group, case.year_group_in, term.academic_year),
        grant_eligible=case.grant_eligible,
        follows_a_pep=any(_has_targets(review.standing) for review in before),
        has_school_place=case.has_school_place,
        year_remainder_pence=max(0, policy.year_cap_pence - spent),
        initial=first.initial if first is not None and first.term.key == term.key else None,
        reminds_of_receiving_setting=True,
    )


def _agreed(reviews: Sequence[KeptReview]) -> date | None:
    """The date that was set at the last meeting. The last plan is closed only by leaving care, and its date with it."""
    last = reviews[-1].standing if reviews else None
    return last.next_meeting_on if last is not None and last.stage is not Stage.CLOSED else None


def _with_agreed_date(plan: ReviewPlan, standing: Standing, on: date | None, now: datetime) -> Standing:
    """The date that was set at the last meeting, checked again now that the term's dates are known (ACTS.md)."""
    if on is None or faults_of_date(plan, on, london_date(now)):
        return standing
    in_the_morning = max(now, morning_of(london_date(now)))
    arranged = replace(standing, meeting_on=on, meeting_sequence=1, invited_at=in_the_morning)
    return settled(plan, arranged, now)


def _has_targets(standing: Standing) -> bool:
    wrote_targets = any(one.section is Section.TARGETS for one in standing.submitted)
    return wrote_targets and standing.stage is not Stage.MISSED

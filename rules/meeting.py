"""The meeting: when it may be, moving it, and recording what happened (PROCESS.md B2, B9, M2-M7, A5)."""

from dataclasses import replace
from datetime import date, datetime

from contracts.clock import in_words, london_date
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, ReviewPlan, Section, Stage, Standing
from rules.calendar import (
    ONE_DAY,
    first_school_day,
    is_known,
    is_working_day,
    offer,
    term_after,
    term_of,
    why_closed,
)
from rules.case_forms import AnswerInvitation
from rules.findings import Finding
from rules.forms import AgreeDate, ArrangeMeeting, Invite, MoveMeeting, NextMeeting, RecordMeeting
from rules.progress import moment
from rules.safe_dates import nearest_valid_days, safe_date_of
from rules.sections import parties

_AUGUST = 8
_ASKED_AS = {Role.CARER: {"carer", "parent"}}
"""As what people are invited, where that is not their role's own name."""
_HEARD = ("attended", "joined_at_end", "met_before")
Decided = Standing | list[Finding]


def arrange(plan: ReviewPlan, standing: Standing, form: ArrangeMeeting, now: datetime) -> Decided:
    """A date for this term's meeting; arranging again replaces the date."""
    return _take_date(plan, standing, form, now)


def move(plan: ReviewPlan, standing: Standing, form: MoveMeeting, now: datetime) -> Decided:
    """The meeting gets its actual date; everything that was timed by the old one stops (M6)."""
    moved = _take_date(plan, standing, form, now)
    if isinstance(moved, Standing) and standing.meeting_on is None:
        return [Finding("ORDER", "No meeting is arranged yet: arrange one first.")]
    return moved


def agree_date(standing: Standing, form: AgreeDate) -> Decided:
    """Kept and shown; it changes nothing that is waited for."""
    if standing.meeting_on is None:
        return [Finding("ORDER", "No meeting date is arranged yet that could be agreed.")]
    return _held_already(standing) or replace(standing, date_agreed=form.agreed)


def invite(standing: Standing, form: Invite) -> Standing:
    """Somebody else is asked to come; who it is stays in the record (B3, B4).

    Also once the meeting was held: who was asked by telephone can still be put on record.
    """
    invited = standing.receiving_setting_invited or form.kind == "receiving_setting"
    return replace(standing, receiving_setting_invited=invited)


def answer(plan: ReviewPlan, standing: Standing, form: AnswerInvitation, invited: frozenset[str]) -> Decided:
    """Whether somebody comes (B4); kept beside the invitation. `invited` are the kinds of people who were asked."""
    if standing.meeting_on is None:
        return [Finding("ORDER", "No meeting is arranged yet that could be answered.")]
    if form.by not in parties(plan) and not _ASKED_AS.get(form.by, {form.by.value}) & invited:
        words = f"The {form.by.in_words} was not invited to this meeting: ask the social worker for an invitation."
        return [Finding("ORDER", words)]
    return _held_already(standing) or standing


def _held_already(standing: Standing) -> list[Finding]:
    """Nothing is left to say about the date of a meeting that was held."""
    if standing.held_on is None:
        return []
    words = f"The meeting was held on {in_words(standing.held_on)}: this is for the next term's meeting."
    return [Finding("ORDER", words)]


def is_to_come(standing: Standing, now: datetime) -> bool:
    """Whether the meeting has a date, not over yet: of one that is over, nobody's calendar is told anything."""
    return standing.meeting_on is not None and standing.held_on is None and standing.meeting_on >= london_date(now)


def record(plan: ReviewPlan, standing: Standing, form: RecordMeeting, now: datetime) -> Decided:
    """What happened. A day that differs from the arranged one is a move, never refused (M6)."""
    if not form.held:
        return _not_held(standing, now)
    assert form.on is not None, "the form asks for it"  # noqa: S101
    if form.on > london_date(now):
        return [Finding("FORM", f"on: {in_words(form.on)} has not come yet; record the meeting once it was held.")]
    if plan.grant_eligible and form.grant_agreed is None:
        return [Finding("FORM", "grant_agreed: say whether everyone agreed the use of the grant.")]
    if standing.stage not in BEFORE_THE_MEETING | BEING_COMPLETED:
        return [Finding("ORDER", "The meeting is recorded and signed already: ask the Virtual School to return it.")]
    return _held(standing, form, now)


def set_next(plan: ReviewPlan, standing: Standing, form: NextMeeting, now: datetime) -> Decided:
    """The next term's date, checked as this term's was; or none, with its reason."""
    if form.on is None:
        return replace(standing, next_meeting_on=None, next_meeting_settled=True)
    findings = faults_of_next(plan, form.on, london_date(now))
    return findings or replace(standing, next_meeting_on=form.on, next_meeting_settled=True)


def faults_of_next(plan: ReviewPlan, on: date, today: date) -> list[Finding]:
    """Why a day cannot be the next meeting's; term dates that are not known yet are checked when they are (ACTS.md)."""
    if on < today:
        return [Finding("FORM", f"on: {in_words(on)} is past; choose a day to come.")]
    if on <= plan.term.last_day:
        words = f"The next meeting belongs to a later term: this one ends on {in_words(plan.term.last_day)}."
        return [Finding("B1", words)]
    if not is_known(plan.calendar, on):
        return _faults_of_unknown_term(plan, on)
    following = term_after(plan.calendar, plan.term)
    if following is None:
        return []
    if on > following.last_day and (later := term_of(plan.calendar, on)) is not None:
        words = f"The next meeting is the one of the {following.label}, not of the {later.label}; no term goes without."
        return [Finding("B1", words)]
    return faults_of_date(replace(plan, term=following, initial=None), on, today)


def is_verified(plan: ReviewPlan, on: date) -> bool:
    """Whether the term dates that a next meeting was checked against are known."""
    return is_known(plan.calendar, on)


def faults_of_date(plan: ReviewPlan, on: date, today: date) -> list[Finding]:
    """Why a day cannot be the meeting's: closed (B2), in the lead-up to the end of term (M7), or past (FORM)."""
    if on < today:
        return [Finding("FORM", f"on: {in_words(on)} is past; choose a day to come, or record the meeting.")]
    near = offer(nearest_valid_days(plan, on, today))
    return [*_closed(plan, on, near), *_too_late(plan, on, near)]


def _take_date(plan: ReviewPlan, standing: Standing, form: ArrangeMeeting | MoveMeeting, now: datetime) -> Decided:
    findings = faults_of_date(plan, form.on, london_date(now))
    if findings:
        return findings
    if standing.stage not in BEFORE_THE_MEETING:
        return [Finding("ORDER", "This term's meeting was held already; set the next meeting instead.")]
    return replace(
        standing,
        meeting_on=form.on,
        meeting_time=form.time if isinstance(form, ArrangeMeeting) else standing.meeting_time,
        meeting_sequence=standing.meeting_sequence + 1,
        date_agreed=None,
        invited_at=moment(standing, now),
        clock_from=moment(standing, now),
    )


def _closed(plan: ReviewPlan, on: date, near: str) -> list[Finding]:
    reason = why_closed(plan.calendar, on)
    if plan.initial and plan.initial.in_holiday and is_working_day(plan.calendar, on):
        reason = None  # a first plan does not wait for the school to open again (docs/adr/0008)
    if reason is None and plan.initial is None and on < plan.term.first_day:
        reason = f"before the {plan.term.label} begins"
    return [Finding("B2", f"{in_words(on)} is {reason}. {near}")] if reason else []


def _too_late(plan: ReviewPlan, on: date, near: str) -> list[Finding]:
    safe = safe_date_of(plan)
    first_unsafe = first_school_day(plan.calendar, safe.on + ONE_DAY)
    is_in_a_holiday = why_closed(plan.calendar, on) is not None and not first_unsafe <= on <= plan.term.last_day
    if plan.initial and plan.initial.in_holiday:
        is_in_a_holiday = False  # such a plan is met in the holiday, so being there does not make its day B2's alone
    if on <= safe.on or is_in_a_holiday:
        return []
    over = f"it is after the {plan.term.label}, and " if plan.initial is None and on > plan.term.last_day else ""
    why = f"{over}the latest safe date is {in_words(safe.on)}, because {safe.because}"
    grant = (
        "" if plan.initial or not plan.grant_eligible else " After a later meeting the school might not get the grant."
    )
    return [Finding("M7", f"{in_words(on)} is too late: {why}.{grant} {near}")]


def _faults_of_unknown_term(plan: ReviewPlan, on: date) -> list[Finding]:
    reason = None if is_working_day(plan.calendar, on) else why_closed(plan.calendar, on)
    if reason is None and on.month == _AUGUST:
        reason = "in August"
    return [Finding("B2", f"{in_words(on)} is {reason}: choose a weekday of the next term.")] if reason else []


def _not_held(standing: Standing, now: datetime) -> Decided:
    if standing.stage not in (Stage.PREPARING, Stage.MEETING_DUE):
        return [Finding("ORDER", "There is no arranged meeting that could have failed to take place.")]
    return replace(
        standing,
        meeting_on=None,
        meeting_time=None,
        meeting_sequence=standing.meeting_sequence + 1,
        invited_at=None,
        date_agreed=None,
        clock_from=moment(standing, now),
    )


def _held(standing: Standing, form: RecordMeeting, now: datetime) -> Standing:
    """Sections that the meeting has overtaken are written again: re-defined targets (M3), lines beyond the sum (M5).

    What was paused since stays counted while the meeting's day is the same: the completion is due as late as before.
    """
    at, overtaken = moment(standing, now), _overtaken(standing, form)
    return replace(
        standing,
        held_on=form.on,
        meeting_on=form.on,
        submitted=tuple(one for one in standing.submitted if one.section not in overtaken),
        voice_heard=standing.voice_heard or form.young_person in _HEARD,
        grant_agreed=bool(form.grant_agreed),
        grant_agreed_pence=form.grant_pence,
        grant_pence=0 if Section.GRANT in overtaken else standing.grant_pence,
        confidential=form.confidential,
        actions_agreed=len(form.actions or []),
        without_meeting=False,
        paused_school_days=standing.paused_school_days if form.on == standing.held_on else 0,
        extended_school_days=standing.extended_school_days if form.on == standing.held_on else 0,
        signed=(),
        asked_at=at if standing.signed else standing.asked_at,
        clock_from=at,
    )


def _overtaken(standing: Standing, form: RecordMeeting) -> frozenset[Section]:
    targets = form.targets_agreed == "redefined"
    grant = form.grant_pence is not None and standing.grant_pence > form.grant_pence
    return frozenset([*([Section.TARGETS] if targets else []), *([Section.GRANT] if grant else [])])

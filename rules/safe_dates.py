"""The latest safe date of a term's meeting: time is left to complete, sign off and amend (PROCESS.md M7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contracts.calendar import SchoolCalendar, Term
from contracts.clock import in_words
from contracts.policy import CutOff, CutOffFor, Policy, Unit
from contracts.review import ReviewPlan
from rules.calendar import ONE_DAY, days, is_school_day, is_working_day, school_days_of
from rules.spans import after, before
from rules.year_groups import academic_year_of


@dataclass(frozen=True, slots=True)
class SafeDate:
    """The last day on which the meeting may be, and how it was worked out, as the end of a sentence."""

    on: date
    because: str


def safe_date_of(plan: ReviewPlan) -> SafeDate:
    """A review's own: the term's, or for a child who has just entered care the day that the policy counts."""
    if plan.initial is None:
        return latest_safe(plan.calendar, plan.term, plan.policy, plan.year_group)
    entered, span = in_words(plan.initial.entered_on), plan.policy.initial_started.in_words
    return SafeDate(
        plan.initial.due_on, f"the first plan of a child who entered care on {entered} is begun within {span}"
    )


def valid_days(plan: ReviewPlan) -> list[date]:
    """Every day on which this review's meeting may be, in order (B2, M7)."""
    if plan.initial is None:
        safe = safe_date_of(plan).on
        return [day for day in school_days_of(plan.calendar, plan.term) if day <= safe]
    fits = is_working_day if plan.initial.in_holiday else is_school_day
    return [day for day in days(plan.initial.entered_on, plan.initial.due_on) if fits(plan.calendar, day)]


def latest_safe_date(calendar: SchoolCalendar, term: Term, policy: Policy, year_group: str | None = None) -> date:
    """The day alone. Without a year group, the cut-off of those that have none of their own counts."""
    return latest_safe(calendar, term, policy, year_group).on


def latest_safe(calendar: SchoolCalendar, term: Term, policy: Policy, year_group: str | None = None) -> SafeDate:
    """The earlier of two: the last school day before the lead-up to the end of term, and the last one from which the
    plan can still be there by the authority's cut-off. In a term that is all lead-up, its first school day.
    """
    return min(_limits(calendar, term, policy, year_group), key=lambda limit: limit.on)


def nearest_valid_days(plan: ReviewPlan, around: date, not_before: date) -> list[date]:
    """Up to three valid meeting days nearest to a day, in order of time."""
    valid = [day for day in valid_days(plan) if day >= not_before]
    return sorted(sorted(valid, key=lambda day: (abs((day - around).days), day))[:3])


def lead_up_starts(calendar: SchoolCalendar, term: Term, policy: Policy) -> date:
    """The first day of the lead-up to the end of term: its last 15 school days by default (M7)."""
    span = policy.lead_up
    if span.unit is not Unit.SCHOOL_DAY:
        return before(calendar, term.last_day + ONE_DAY, span)
    opened = school_days_of(calendar, term)
    lead_up = opened[max(0, len(opened) - span.amount) :]
    return lead_up[0] if lead_up else term.last_day + ONE_DAY


def cut_off_of(term: Term, policy: Policy, year_group: str | None) -> CutOff | None:
    """The authority's fixed date for a year group in a term: its own, or the one for all others.

    A date is of its own academic year: the next year's terms are met before that year's policy is there.
    """
    in_year = [one for one in policy.cut_offs if academic_year_of(one.on) == term.academic_year]
    of_term = [one for one in in_year if one.term is term.name]
    own = [one for one in of_term if year_group in one.year_groups]
    return next(iter(own or [one for one in of_term if not one.year_groups]), None)


def _limits(calendar: SchoolCalendar, term: Term, policy: Policy, year_group: str | None) -> Iterator[SafeDate]:
    opened = school_days_of(calendar, term)
    starts = lead_up_starts(calendar, term, policy)
    free = [day for day in opened if day < starts]
    yield _last(free, opened, term, _before_the_lead_up(term, policy), _all_lead_up(term, policy))
    cut_off = cut_off_of(term, policy, year_group)
    if cut_off is not None:
        in_time = [day for day in opened if _there_by(calendar, policy, day) <= cut_off.on]
        yield _last(in_time, opened, term, _before_the_cut_off(policy, cut_off), _all_too_late(policy, cut_off))


def _last(fitting: list[date], opened: list[date], term: Term, because: str, because_none_fits: str) -> SafeDate:
    """The last day that fits; where none does the term's first school day, with its own reason."""
    if fitting:
        return SafeDate(fitting[-1], because)
    return SafeDate(opened[0] if opened else term.first_day, because_none_fits)


def _there_by(calendar: SchoolCalendar, policy: Policy, meeting: date) -> date:
    complete = after(calendar, meeting, policy.completion)
    return after(calendar, complete, policy.sign_off) if policy.cut_off_for is CutOffFor.SIGN_OFF else complete


def _before_the_lead_up(term: Term, policy: Policy) -> str:
    ends = f"a term that ends on {in_words(term.last_day)}"
    if policy.lead_up.amount == 0:
        return f"it is the last school day of {ends}"
    words = policy.lead_up.in_words
    return f"after it come the last {words} of {ends}, which are kept to complete, sign off and amend"


def _all_lead_up(term: Term, policy: Policy) -> str:
    ends = f"a term that ends on {in_words(term.last_day)}"
    return f"it is the first school day of {ends} and lies wholly within the last {policy.lead_up.in_words} of it"


def _before_the_cut_off(policy: Policy, cut_off: CutOff) -> str:
    if policy.cut_off_for is CutOffFor.SIGN_OFF:
        ready = f"the plan must be signed off by the authority's cut-off on {in_words(cut_off.on)}"
    else:
        ready = f"the plan must be complete by the authority's cut-off on {in_words(cut_off.on)}"
    return f"{ready}, and after the meeting that takes {_time_until_there(policy)}"


def _all_too_late(policy: Policy, cut_off: CutOff) -> str:
    needs = f"the authority's cut-off on {in_words(cut_off.on)} with {_time_until_there(policy)} before it"
    return f"it is the first school day of the term, in which no day keeps {needs}"


def _time_until_there(policy: Policy) -> str:
    if policy.cut_off_for is CutOffFor.COMPLETION:
        return policy.completion.in_words
    return f"{policy.completion.in_words} to complete and {policy.sign_off.in_words} to sign off"

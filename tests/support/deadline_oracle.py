"""A second, independent answer to when things are due (PROCESS.md M7, A3, A7, Numbers; ACTS.md, Stages and `pause`).

It imports nothing of `rules` and no time zone data. Where the rules walk from day to day, it lays every day of a
calendar out once, in sorted lists, and indexes into them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.policy import CutOff, CutOffFor, Policy, Span, Unit
from contracts.review import ReviewPlan, Stage, Standing
from tests.support.english_days import every_day, london_day, words

_YEARS_BEFORE, _YEARS_AFTER = 2, 3
"""How far beyond its terms a calendar is laid out."""


def span_words(span: Span) -> str:
    """`7 days`, `1 school day`"""
    return f"{span.amount} {str(span.unit).replace('_', ' ')}" + ("" if span.amount == 1 else "s")


class Days:
    """A calendar laid out: every working day and every school day, in order, each as a list to index into."""

    def __init__(self, calendar: SchoolCalendar, years: Iterable[int]) -> None:
        """`years` are those for which answers are wanted."""
        first, last = min(years) - _YEARS_BEFORE, max(years) + _YEARS_AFTER
        everyone = every_day(date(first, 1, 1), date(last, 12, 31))
        at_work = {day for day in everyone if day.isoweekday() <= 5} - set(calendar.bank_holidays)
        self.working = sorted(at_work)
        self.school = sorted(at_work & self._open(calendar, everyone, range(first, last + 1)))

    @staticmethod
    def _open(calendar: SchoolCalendar, everyone: set[date], years: Iterable[int]) -> set[date]:
        """The days of terms; beyond the known terms all but a summer, which runs from 21 July to 3 September there."""
        opened = set(everyone)
        for year in years:
            opened -= every_day(date(year, 7, 21), date(year, 9, 3))
        for term in calendar.terms:
            if term.name is TermName.SUMMER:
                opened -= every_day(term.last_day, date(term.last_day.year, 9, 3))
            if term.name is TermName.AUTUMN:
                opened -= every_day(date(term.first_day.year, 7, 21), term.first_day)
        if calendar.terms:
            opened -= every_day(calendar.terms[0].first_day, calendar.terms[-1].last_day)
        for term in calendar.terms:
            opened |= every_day(term.first_day, term.last_day) - closed(term)
        return opened

    def of(self, term: Term) -> list[date]:
        """The school days of a term."""
        return self.school[bisect_left(self.school, term.first_day) : bisect_right(self.school, term.last_day)]

    def after(self, day: date, span: Span) -> date:
        """The last of so many units that follow a day, which does not count itself."""
        if span.unit in (Unit.DAY, Unit.WEEK) or span.amount == 0:
            return date.fromordinal(day.toordinal() + span.amount * (7 if span.unit is Unit.WEEK else 1))
        counted = self._counted(span)
        return counted[bisect_right(counted, day) + span.amount - 1]

    def before(self, day: date, span: Span) -> date:
        """The first of so many units that go before a day, which does not count itself."""
        if span.unit in (Unit.DAY, Unit.WEEK) or span.amount == 0:
            return date.fromordinal(day.toordinal() - span.amount * (7 if span.unit is Unit.WEEK else 1))
        counted = self._counted(span)
        place = bisect_left(counted, day) - span.amount
        assert place >= 0, "the calendar is not laid out that far back"
        return counted[place]

    def _counted(self, span: Span) -> list[date]:
        return self.school if span.unit is Unit.SCHOOL_DAY else self.working


def closed(term: Term) -> set[date]:
    """Half term, both its ends included, and the closed days."""
    days = set(term.closed_days)
    if term.half_term_first and term.half_term_last:
        days |= every_day(term.half_term_first, term.half_term_last)
    return days


@dataclass(frozen=True, slots=True)
class Expected:
    """A deadline's day, and what its sentence has to say: all phrases of one of the alternatives."""

    on: date
    says: tuple[tuple[str, ...], ...]


def safe_date(days: Days, plan: ReviewPlan) -> Expected:
    """M7: the earliest of all limits. Where two fall together, either explains it."""
    if plan.initial:
        says = (words(plan.initial.entered_on), span_words(plan.policy.initial_started))
        return Expected(plan.initial.due_on, (says,))
    limits = [_before_the_lead_up(days, plan.term, plan.policy)]
    cut_off = cut_off_of(plan.policy, plan.term, plan.year_group)
    if cut_off:
        limits.append(_in_time_for(days, plan.term, plan.policy, cut_off))
    earliest = min(limit.on for limit in limits)
    return Expected(earliest, tuple(says for limit in limits if limit.on == earliest for says in limit.says))


def valid_days(days: Days, plan: ReviewPlan) -> list[date]:
    """B2, M7: every day of the meeting that would not be refused, in order."""
    last = safe_date(days, plan).on
    if plan.initial is None:
        return [day for day in days.of(plan.term) if day <= last]
    fitting = days.working if plan.initial.in_holiday else days.school
    return fitting[bisect_left(fitting, plan.initial.entered_on) : bisect_right(fitting, last)]


def cut_off_of(policy: Policy, term: Term, year_group: str | None) -> CutOff | None:
    """The one that names the year group; else the one that names none."""
    of_term = [one for one in policy.cut_offs if one.term == term.name and _year_of(one.on) == term.academic_year]
    by_group = {group: one for one in of_term for group in one.year_groups or ("",)}
    return by_group.get(year_group or "", by_group.get(""))


def _year_of(day: date) -> str:
    start = day.year - (day < date(day.year, 9, 1))
    return f"{start}/{str(start + 1)[2:]}"


def _before_the_lead_up(days: Days, term: Term, policy: Policy) -> Expected:
    """The school day before the last so many of the term; its first one where the term is all lead-up."""
    opened, span = days.of(term), policy.lead_up
    if span.unit is Unit.SCHOOL_DAY:
        free = opened[: max(0, len(opened) - span.amount)]
    elif span.unit is Unit.WORKING_DAY:
        until_the_end = days.working[: bisect_right(days.working, term.last_day)]
        kept = set(until_the_end[len(until_the_end) - span.amount :])
        free = [day for day in opened if day not in kept]
    else:
        kept = every_day(date.fromordinal(days.before(term.last_day, span).toordinal() + 1), term.last_day)
        free = [day for day in opened if day not in kept]
    if not free:
        return Expected(opened[0], ((words(term.last_day), "first school day", span_words(span)),))
    told = (span_words(span),) if span.amount else ("last school day",)
    return Expected(free[-1], ((words(term.last_day), *told),))


def _in_time_for(days: Days, term: Term, policy: Policy, cut_off: CutOff) -> Expected:
    """The last school day of the term from which the plan is complete, or signed off, by the cut-off's own day."""
    steps = [policy.completion] + ([policy.sign_off] if policy.cut_off_for is CutOffFor.SIGN_OFF else [])
    says = (words(cut_off.on), *map(span_words, steps))
    opened = days.of(term)
    for meeting in reversed(opened):
        there = meeting
        for step in steps:
            there = days.after(there, step)
        if not there > cut_off.on:
            return Expected(meeting, (says,))
    return Expected(opened[0], ((*says, "first school day"),))


def deadlines(days: Days, plan: ReviewPlan, standing: Standing) -> dict[str, Expected]:
    """What holds at a stage, by name."""
    found: dict[str, Expected] = {}
    if standing.stage in (Stage.WAITING_FOR_DATE, Stage.PREPARING, Stage.MEETING_DUE):
        safe, met = safe_date(days, plan), standing.meeting_on
        found["latest_safe_date"] = safe
        found["review_due"] = Expected(met or safe.on, (("agreed meeting date" if met else "latest safe date",),))
        if met:
            found["meeting"] = Expected(met, (("meeting",),))
    if standing.held_on and standing.stage is not Stage.MISSED:
        found["completion"] = found["signatures"] = _completion(days, plan, standing)
    if standing.held_on and standing.stage is not Stage.MISSED and standing.returned_at:
        amended = _counted(days, london_day(standing.returned_at), plan.policy.amendment, standing.paused_since_signing)
        found["amendment"] = found["signatures"] = amended
    if standing.stage is Stage.VIRTUAL_SCHOOL:
        signed_on = london_day(standing.since)
        found["virtual_school_sign_off"] = _counted(
            days, signed_on, plan.policy.sign_off, standing.paused_since_signing
        )
    return found


def _completion(days: Days, plan: ReviewPlan, standing: Standing) -> Expected:
    """A3; a first plan is also there so many days after entering care, unless its meeting was later than that."""
    assert standing.held_on is not None
    usual = _counted(days, standing.held_on, plan.policy.completion, standing.paused_school_days)
    complete, first = days.after(standing.held_on, plan.policy.completion), plan.initial
    if first is None or not standing.held_on < first.available_on <= complete:
        return usual
    says = (
        words(first.entered_on),
        span_words(plan.policy.initial_available),
        *paused_words(standing.paused_school_days),
    )
    on = days.after(first.available_on, Span(standing.paused_school_days, Unit.SCHOOL_DAY))
    return Expected(on, (says, *(usual.says if first.available_on == complete else ())))


def _counted(days: Days, event: date, span: Span, paused: int) -> Expected:
    """So long after an event, and later by the school days of a pause, which the sentence says."""
    on = days.after(days.after(event, span), Span(paused, Unit.SCHOOL_DAY))
    return Expected(on, ((words(event), span_words(span), *paused_words(paused)),))


def paused_words(paused: int) -> tuple[str, ...]:
    """What a sentence says of a pause."""
    pause = Span(paused, Unit.SCHOOL_DAY)
    return (f"{span_words(pause)} later", "paused") if pause.amount else ()

"""Random calendars, policies, reviews and instants over 2020 to 2045, for the deadlines.

A case is built with dice from one integer that Hypothesis draws: a hundred thousand cases of many draws take hours.
The calendars are a fixed lot, fifty beginning in each year, each laid out once (tests/support/deadline_oracle.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from contracts.calendar import SchoolCalendar, Term, TermName
from contracts.policy import CutOff, CutOffFor, Policy, Span, Unit
from contracts.review import GrantState, InitialPep, ReviewPlan, Stage, Standing
from tests.support.deadline_oracle import Days, closed
from tests.support.english_days import bank_holidays, easter_sunday, every_day, last_sunday

FIRST_YEAR, LAST_YEAR = 2020, 2045
CALENDARS, WITHOUT_TERMS = 1_250, 25
"""So many calendars with terms; after them one a year whose terms nobody has entered yet."""
_DAY = timedelta(days=1)
_YEAR_GROUPS = ("N2", "R", "Y2", "Y6", "Y8", "Y11", "Y13")
_AROUND_MIDNIGHT = (
    *(timedelta(hours=hours) for hours in (-1, 0, 1, 2, 9, 23)),
    *(timedelta(hours=hours, microseconds=-1) for hours in (-1, 0, 1, 2)),
    *(timedelta(hours=hours, microseconds=1) for hours in (-1, 0, 1)),
)
_Case = TypeVar("_Case")


@dataclass(frozen=True)
class Laid:
    """A calendar beside its days, laid out."""

    calendar: SchoolCalendar
    days: Days

    def __repr__(self) -> str:
        return repr(self.calendar)


@dataclass(frozen=True)
class Review:
    """A review of some term as it stands."""

    days: Days
    plan: ReviewPlan
    standing: Standing

    def __repr__(self) -> str:
        return f"{self.plan!r}\n{self.standing!r}"


def cases(build: Callable[[Random, Laid], _Case], calendars: int = CALENDARS) -> st.SearchStrategy[_Case]:
    """Whatever `build` makes of dice and a calendar."""

    def of(seed: int) -> _Case:
        dice = Random(seed)  # noqa: S311 - dice for cases, no secret
        return build(dice, laid(dice.randrange(calendars)))

    return st.integers(0, 2**64).map(of)


@cache
def laid(number: int) -> Laid:
    """Calendar number so and so: the terms of one to four years, with England's bank holidays around them."""
    dice = Random(number)  # noqa: S311 - dice for cases, no secret
    first = FIRST_YEAR + number % (LAST_YEAR - FIRST_YEAR)
    count = min(dice.randint(1, 4), LAST_YEAR - first)
    years = range(first, first + count) if number < CALENDARS else ()
    terms = tuple(term for year in years for term in year_of_terms(dice, year))
    holidays = tuple(day for year in range(first - 1, first + count + 3) for day in bank_holidays(year))
    calendar = SchoolCalendar(f"random-{number}", terms, holidays, verified=dice.random() < 0.9)
    return Laid(calendar, Days(calendar, (first, first + count)))


def year_of_terms(dice: Random, year: int) -> list[Term]:
    """Two or three terms of an academic year, each with a school day at least."""
    easter = easter_sunday(year + 1)
    spring_ends = easter - dice.choice((2, 3, 9, 16)) * _DAY
    starts = {
        TermName.AUTUMN: date(year, 8, 25) + dice.randint(0, 20) * _DAY,
        TermName.SPRING: date(year + 1, 1, 2) + dice.randint(0, 6) * _DAY,
        TermName.SUMMER: max(spring_ends, easter) + dice.randint(1, 16) * _DAY,
    }
    ends = {
        TermName.AUTUMN: date(year, 12, 12) + dice.randint(0, 12) * _DAY,
        TermName.SPRING: spring_ends,
        TermName.SUMMER: date(year + 1, 7, 10) + dice.randint(0, 20) * _DAY,
    }
    names = list(TermName) if dice.random() < 0.8 else dice.sample(list(TermName), 2)
    return [_term(dice, year, name, starts[name], ends[name]) for name in TermName if name in names]


def _term(dice: Random, year: int, name: TermName, first: date, last: date) -> Term:
    if dice.random() < 0.15:  # a term that is almost all lead-up, or wholly
        first = max(first, last - dice.randint(4, 30) * _DAY)
    label = f"{year}/{(year + 1) % 100:02}"
    length = (last - first).days
    half = _half_term(dice, first, length) if dice.random() < 0.85 else (None, None)
    lost = {first + dice.randint(0, length) * _DAY for _ in range(dice.choice((0, 0, 1, 2, 5)))}
    term = Term(label, name, first, last, half[0], half[1], tuple(sorted(lost)))
    left = {day for day in every_day(first, last) - closed(term) if day.isoweekday() <= 5}
    return term if left - set(bank_holidays(year) + bank_holidays(year + 1)) else Term(label, name, first, last)


def _half_term(dice: Random, first: date, length: int) -> tuple[date, date]:
    """One day, a week, two weeks or a little more; most often in the middle, now and then at an end of the term."""
    middle = dice.randint(length // 3, length // 2) if dice.random() < 0.8 else dice.randint(0, length)
    days = min(dice.choice((1, 5, 7, 9, 12, 14, 17)), length + 1 - middle)
    begins = first + middle * _DAY
    return begins, begins + (days - 1) * _DAY


def a_day(dice: Random, calendar: SchoolCalendar) -> date:
    """Anywhere, or within three days of an edge, a holiday, a leap day or a change of the clocks."""
    first, last = _reach(calendar)
    if dice.random() < 0.5:
        return first + dice.randint(0, (last - first).days) * _DAY
    year = dice.randint(first.year, last.year)
    edges = [last_sunday(year, 3), last_sunday(year, 10), date(year, 2, 28), date(year, 12, 25), date(year, 12, 31)]
    edges.append(dice.choice(calendar.bank_holidays))
    if calendar.terms:
        term = dice.choice(calendar.terms)
        own = (term.first_day, term.last_day, term.half_term_first, term.half_term_last, *term.closed_days)
        edges += [day for day in own if day]
    return dice.choice(edges) + dice.randint(-3, 3) * _DAY


def _reach(calendar: SchoolCalendar) -> tuple[date, date]:
    if not calendar.terms:
        return calendar.bank_holidays[10], calendar.bank_holidays[20]
    return calendar.terms[0].first_day - 60 * _DAY, calendar.terms[-1].last_day + 90 * _DAY


def an_instant(dice: Random, day: date) -> datetime:
    """Around a midnight of UTC and of London, at the change of the clocks at 01:00 UTC, or any time of that day."""
    if dice.random() < 0.7:
        return datetime.combine(day, time(0), UTC) + dice.choice(_AROUND_MIDNIGHT)
    return datetime.combine(day, time(0), UTC) + timedelta(microseconds=dice.randrange(86_400_000_000))


def a_span(dice: Random, most: int = 25) -> Span:
    """Zero now and then, mostly what authorities write, in each of the units."""
    unit = dice.choice(list(Unit))
    amount = dice.choice((0, 1, 5, 7, 10, 15, dice.randint(0, most)))
    return Span(min(amount, 4) if unit is Unit.WEEK else amount, unit)


def a_policy(dice: Random, term: Term) -> Policy:
    """Half of them count as the guidance does."""
    if dice.random() < 0.3:
        return Policy()
    return Policy(
        completion=a_span(dice, 21),
        sign_off=a_span(dice, 12),
        amendment=a_span(dice),
        lead_up=a_span(dice, 40),
        cut_offs=_cut_offs(dice, term) if dice.random() < 0.5 else (),
        cut_off_for=dice.choice(list(CutOffFor)),
        initial_started=a_span(dice),
        initial_available=a_span(dice, 40),
    )


def _cut_offs(dice: Random, term: Term) -> tuple[CutOff, ...]:
    """For some year groups, for all others, or both; for other terms too."""
    length = (term.last_day - term.first_day).days
    days = [term.first_day + dice.randint(-5, length + 10) * _DAY for _ in range(3)]
    own = CutOff(term.name, days[0], tuple(dice.sample(_YEAR_GROUPS, 3)))
    others = CutOff(term.name, days[1])
    foreign = CutOff(next(name for name in TermName if name is not term.name), days[2])
    found = [one for one in (own, others, foreign) if dice.random() < 0.7]
    dice.shuffle(found)
    return tuple(found)


def a_plan(dice: Random, of: Laid) -> ReviewPlan:
    """A review of one of the calendar's terms, now and then a first plan."""
    term = dice.choice(of.calendar.terms)
    policy = a_policy(dice, term)
    plan = ReviewPlan("case", "review", term, of.calendar, policy, dice.choice(_YEAR_GROUPS), True, False)
    return replace(plan, initial=_initial(dice, plan, of.days)) if dice.random() < 0.15 else plan


def _initial(dice: Random, plan: ReviewPlan, days: Days) -> InitialPep:
    entered = a_day(dice, plan.calendar)
    started = days.after(entered, plan.policy.initial_started)
    available = days.after(entered, plan.policy.initial_available)
    return InitialPep(entered, started, available, max(plan.term.last_day, available), dice.random() < 0.2)


def a_standing(dice: Random, plan: ReviewPlan) -> Standing:
    """Any stage, with what a review at that stage has: a date, a held meeting, a return, a pause."""
    stage = dice.choice([one for one in Stage if one is not Stage.PAUSED])
    since = an_instant(dice, a_day(dice, plan.calendar))
    standing = Standing(stage, since, since, grant=GrantState.NOT_DUE)
    if stage in (Stage.WAITING_FOR_DATE, Stage.MISSED):
        return standing
    standing = replace(standing, meeting_on=a_day(dice, plan.calendar))
    if stage in (Stage.PREPARING, Stage.MEETING_DUE):
        return standing
    standing = replace(standing, held_on=a_day(dice, plan.calendar), without_meeting=dice.random() < 0.1)
    if stage is Stage.RETURNED or dice.random() < 0.3:
        standing = replace(standing, returned_at=an_instant(dice, a_day(dice, plan.calendar)))
    return replace(standing, paused_school_days=_a_pause(dice), paused_since_signing=_a_pause(dice))


def _a_pause(dice: Random) -> int:
    return dice.choice((0, 0, 1, 5, dice.randint(0, 40)))


def a_review(dice: Random, of: Laid) -> Review:
    """A review of any kind, at any stage."""
    plan = a_plan(dice, of)
    return Review(of.days, plan, a_standing(dice, plan))

"""The sign-off load curve: what came to the Virtual School week by week, what it answered, and what is to come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.clock import london_date
from rules.figures.as_of import AsOf
from rules.figures.told import State, Told
from rules.spreading import week_of

DAYS_TO_COMPLETE = timedelta(days=7)
"""After the meeting (A3); a plan whose meeting was held is expected on the day that the policy gave it."""
DEFINITION = (
    "Weeks from Monday. Arrived: plans that came complete and signed, each time. Answered: signed off or returned. "
    "Waiting: those that had arrived and were not answered at the end of the week. Expected: plans that are still to "
    "arrive, in the week in which their completion or amendment is due, or a week after the agreed meeting; what is "
    "overdue is expected in the present week. Reviews without a date are not in the curve."
)


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the Virtual School's sign-off."""

    monday: date
    arrived: int
    answered: int
    waiting: int
    expected: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Every week from the first to the last, and how many reviews have no date and so no week."""

    weeks: tuple[Week, ...]
    undated: int


def expected_on(review: Told) -> date | None:
    """By when a plan that is to arrive does, by what is agreed; None without a date, and where none is to come."""
    state = review.state
    if state is State.BEING_COMPLETED:
        return _latest(review)
    if state in (State.MEETING_TO_COME, State.NOT_RECORDED) and review.meeting_on is not None:
        return review.meeting_on + DAYS_TO_COMPLETE
    return None


def _latest(review: Told) -> date | None:
    """The amendment's day after a return or a reopening, else the completion's."""
    return max((review.due[name] for name in ("completion", "amendment") if name in review.due), default=None)


def curve_of(reviews: Sequence[Told], as_of: AsOf) -> Curve:
    """The curve as it was known by the end of a day."""
    this_week = week_of(as_of.day)
    arrivals = [arrival for review in reviews for arrival in review.arrivals]
    arrived = Counter(week_of(london_date(arrival.at)) for arrival in arrivals)
    answered = Counter(week_of(london_date(one.answered_at)) for one in arrivals if one.answered_at is not None)
    days = [on for review in reviews if (on := expected_on(review)) is not None]
    expected = Counter(max(this_week, week_of(on)) for on in days)
    weeks, waiting = [], 0
    for monday in _between({*arrived, *answered, *expected}):
        waiting += arrived[monday] - answered[monday]
        is_past = monday <= this_week
        weeks.append(Week(monday, arrived[monday], answered[monday], waiting if is_past else 0, expected[monday]))
    return Curve(tuple(weeks), sum(review.state is State.NO_DATE for review in reviews))


def _between(weeks: Iterable[date]) -> list[date]:
    known = sorted(weeks)
    if not known:
        return []
    return [known[0] + timedelta(weeks=number) for number in range((known[-1] - known[0]).days // 7 + 1)]

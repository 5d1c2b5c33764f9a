"""Meeting dates that keep the Virtual School's sign-off even over the weeks: a proposal, arranged by nobody but people.

The load of a review falls in the week in which its sign-off is due: completion after the meeting, and the sign-off's
span after that. The objective: the lowest level to which the weeks can be filled, then the earliest weeks.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.review import ReviewPlan, Stage, Standing
from rules.date_finder import notice_of
from rules.deadlines import completion_due_on, parts_due_on, sign_off_due_on
from rules.safe_dates import valid_days
from rules.spans import after

_MEETINGS_A_DAY = 4
"""More than so many on one day are not proposed to one school while it has another day."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A meeting day, and the day by which the Virtual School then signs off."""

    meeting_on: date
    signed_off_on: date


@dataclass(frozen=True, slots=True)
class Unheld:
    """A review whose meeting was not held yet."""

    child: str
    """The authority's reference."""
    term: str
    school: str
    """Whose meetings are best on the same or near days."""
    calendar: str
    choices: tuple[Choice, ...]
    """Its valid days from today on, in order."""
    present: Choice | None
    """The date as it is arranged, valid or not."""
    earliest: date
    """No day before it is proposed where a later one is valid: the reminders before the meeting need their time."""

    @property
    def key(self) -> "Key":
        return self.child, self.term


@dataclass(frozen=True, slots=True)
class Proposal:
    """A review's day; None when it has no valid day left."""

    review: Unheld
    proposed: Choice | None

    @property
    def changes(self) -> bool:
        return self.proposed is not None and self.proposed != self.review.present


@dataclass(frozen=True, slots=True)
class LoadCurve:
    """How many sign-offs are due in each ISO week, by its Monday; every week from the first to the last."""

    weeks: tuple[tuple[date, int], ...]

    @property
    def peak(self) -> int:
        return max((load for _, load in self.weeks), default=0)


@dataclass(frozen=True, slots=True)
class Spread:
    """A day for each review, and what the Virtual School would have to do: as it is, and then."""

    proposals: tuple[Proposal, ...]
    before: LoadCurve
    after: LoadCurve


Key = tuple[str, str]
"""A review: its child and its term."""
Placed = dict[Key, Choice]


def choices_of(plan: ReviewPlan, standing: Standing) -> tuple[Choice, ...]:
    """Every valid day of a review with its sign-off, in order; past ones too."""
    return tuple(choice_of(plan, standing, day) for day in valid_days(plan))


def choice_of(plan: ReviewPlan, standing: Standing, meeting_on: date) -> Choice:
    """A day as the meeting's: by when the Virtual School signs off if it is held then."""
    complete = completion_due_on(plan, replace(standing, held_on=meeting_on))
    return Choice(meeting_on, after(plan.calendar, complete, plan.policy.sign_off))


def under_way_on(plan: ReviewPlan, standing: Standing, today: date) -> date:
    """By when the Virtual School signs off a review whose meeting was held; what is overdue is to be done today."""
    if standing.stage is Stage.VIRTUAL_SCHOOL:
        return max(today, sign_off_due_on(plan, standing))
    return max(today, after(plan.calendar, parts_due_on(plan, standing), plan.policy.sign_off))


def earliest_of(plan: ReviewPlan, choices: Sequence[Choice], today: date) -> date:
    """The first day from which a meeting that is arranged today still has its reminders."""
    last = choices[-1].meeting_on if choices else today
    return today + timedelta(days=notice_of(plan.policy, last, today) + 1)


def spread(reviews: Iterable[Unheld], under_way: Iterable[date], today: date, *, keep_agreed: bool = True) -> Spread:
    """A valid day for each review; the same for the same reviews in any order. `under_way` are the days of the
    sign-offs that are coming anyway.

    A date that is arranged and valid stays; with `keep_agreed=False` those move that make their week too full, and no
    others. A date of today or before stays in any case: its meeting may have been held. The fullest week is never
    fuller than it would be as it is.
    """
    ordered = sorted(reviews, key=lambda review: review.key)
    coming = Counter(week_of(day) for day in under_way)
    as_it_is = {review.key: choice for review in ordered if (choice := _as_it_is(review, today))}
    placed = _evened(ordered, coming, today, keep_agreed=keep_agreed)
    proposals = tuple(Proposal(review, placed.get(review.key)) for review in ordered)
    before, then = _loads(coming, as_it_is), _loads(coming, placed)
    weeks = _weeks_between({*before, *then})
    return Spread(proposals, *(LoadCurve(tuple((week, load[week]) for week in weeks)) for load in (before, then)))


def week_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def _is_past(review: Unheld, today: date) -> bool:
    return review.present is not None and review.present.meeting_on <= today


def _as_it_is(review: Unheld, today: date) -> Choice | None:
    """The arranged date; without one that is valid the latest safe date, on which it ends when nobody plans."""
    if review.present and (_is_past(review, today) or review.present in review.choices):
        return review.present
    return review.choices[-1] if review.choices else None


def _evened(ordered: Sequence[Unheld], coming: Counter[date], today: date, *, keep_agreed: bool) -> Placed:
    """The reviews on the lowest level of the weeks that takes them all."""
    fixed: Placed = {}
    movable: list[Unheld] = []
    for review in ordered:
        if review.present and (_is_past(review, today) or (keep_agreed and review.present in review.choices)):
            fixed[review.key] = review.present
        elif review.choices:
            movable.append(review)
    load = _loads(coming, fixed)
    choosing = sorted((_Chooser.of(review) for review in movable), key=lambda one: one.urgency)
    levels = range(1, len(movable) + max(load.values(), default=0) + 1)
    level = bisect_left(levels, True, key=lambda level: _weeks_at(level, choosing, load) is not None)
    weeks = _weeks_at(levels[level], choosing, load) if choosing else {}
    assert weeks is not None, "at the highest level each week takes everybody"  # noqa: S101
    return fixed | _days_in(weeks, choosing, ordered, fixed)


@dataclass(frozen=True, slots=True)
class _Chooser:
    """A review that gets a day, with its possible days by the week of their sign-off."""

    review: Unheld
    by_week: dict[date, list[Choice]]
    own_week: date | None
    """The week of its arranged date, where it stays while there is room."""

    @classmethod
    def of(cls, review: Unheld) -> "_Chooser":
        workable = [one for one in review.choices if one.meeting_on >= review.earliest] or list(review.choices)
        by_week: dict[date, list[Choice]] = defaultdict(list)
        for choice in workable:
            by_week[week_of(choice.signed_off_on)].append(choice)
        stays = review.present is not None and review.present in review.choices
        return cls(review, by_week, week_of(review.present.signed_off_on) if stays and review.present else None)

    @property
    def urgency(self) -> tuple[date, str, str, str]:
        """Who has the earliest last week is placed first; children of one school follow one another."""
        return max(self.by_week), self.review.school, self.review.child, self.review.term


def _weeks_at(level: int, choosing: Sequence[_Chooser], load: Counter[date]) -> dict[Key, date] | None:
    """A week for each, with no week filled above the level; None where that cannot be. Arranged dates come first, then
    week for week whoever has the least time left.

    At the level of the fullest week as it is, it can always be: the dates as they are fit, and a week is refused to
    somebody who has no later one only by others of whom the same is true, who all end in it as it is.
    """
    filled, weeks = load.copy(), dict[Key, date]()
    for one in choosing:
        if one.own_week is not None and filled[one.own_week] < level:
            weeks[one.review.key] = one.own_week
            filled[one.own_week] += 1
    waiting = [one for one in choosing if one.review.key not in weeks]
    for week in sorted({week for one in waiting for week in one.by_week}):
        room = max(0, level - filled[week])
        taken = [one for one in waiting if week in one.by_week][:room]
        weeks |= {one.review.key: week for one in taken}
        waiting = [one for one in waiting if one.review.key not in weeks]
    return None if waiting else weeks


def _days_in(weeks: dict[Key, date], choosing: Sequence[_Chooser], ordered: Sequence[Unheld], fixed: Placed) -> Placed:
    """A day in each one's week: near the other meetings of the school, then where fewest sign-offs are due."""
    placed: Placed = {}
    at_school: defaultdict[str, Counter[date]] = defaultdict(Counter)
    due: Counter[date] = Counter()
    for review in ordered:
        if choice := fixed.get(review.key):
            at_school[review.school][choice.meeting_on] += 1
            due[choice.signed_off_on] += 1
    for one in choosing:
        meetings, week = at_school[one.review.school], weeks[one.review.key]
        if one.own_week == week and one.review.present is not None:
            chosen = one.review.present
        else:
            chosen = min(one.by_week[week], key=lambda choice: _unfitness(choice, meetings, due))
        placed[one.review.key] = chosen
        meetings[chosen.meeting_on] += 1
        due[chosen.signed_off_on] += 1
    return placed


def _unfitness(choice: Choice, meetings: Counter[date], due: Counter[date]) -> tuple[bool, int, int, date]:
    day = choice.meeting_on
    distance = min((abs((day - other).days) for other in meetings), default=0)
    is_full = day in meetings and meetings[day] >= _MEETINGS_A_DAY
    return is_full, distance, due[choice.signed_off_on], day


def _loads(coming: Counter[date], placed: Placed) -> Counter[date]:
    return coming + Counter(week_of(choice.signed_off_on) for choice in placed.values())


def _weeks_between(weeks: set[date]) -> list[date]:
    """Every Monday from the first to the last."""
    if not weeks:
        return []
    first, last = min(weeks), max(weeks)
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]

"""People who are directed: by the end of the play each child's newest review stands where it was meant to.

For a demonstration chance is not enough. Everybody still does only what scripted people do, through the same rules; the
direction chooses the day of the last meeting and who then leaves something undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from contracts.calendar import Term
from contracts.clock import london_date
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, ReviewPlan, Stage
from rehearsal.dates import valid_days
from rehearsal.manners import PROMPT, Manners
from rehearsal.person import Intention, intentions
from rules.calendar import term_after
from rules.opening import opens_at
from store.reviews import KeptReview

_SETTLING = timedelta(days=7)
"""A meeting in the first days of a term could not have been arranged in time by everybody."""
_PREPARATION = timedelta(days=3)
_RETURNS = replace(PROMPT, returns=100)


@dataclass(frozen=True, slots=True)
class Direction:
    """Where a child is to be at the end, and how the people on the case work until then.

    `meeting_days_ago` is the least age of the last meeting, in days; for `preparing` it is not used.
    """

    stage: Stage
    manners: Manners
    meeting_days_ago: int = 0


class Directed:
    """`rehearsal.people.Mind` for a play that ends at an instant (UTC)."""

    def __init__(self, directions: Mapping[str, Direction], end: datetime, seed: int) -> None:
        self._directions = directions
        self._today = london_date(end)
        self._end = end
        self._seed = seed

    def __call__(self, child: str, review: KeptReview, now: datetime) -> list[Intention]:
        """What the people on the case mean to do, without what would carry it past its stage."""
        direction = self._directions[child]
        goal = self._goal(direction, review.plan)
        if goal is None:
            return self._intentions(direction.manners, child, review, now)
        term, meeting = goal
        is_last = review.plan.term.key == term.key
        manners = _RETURNS if direction.stage is Stage.RETURNED else PROMPT
        meant = self._intentions(manners if is_last else direction.manners, child, review, now)
        if is_last or _is_next(review.plan, term):
            meant = [_at(meeting, intention) for intention in meant]
        if direction.stage is Stage.WAITING_FOR_DATE:
            return [intention for intention in meant if intention.act["action"] != "arrange_meeting"]
        return [one for one in meant if not (is_last and _is_left_undone(direction.stage, review, one))]

    def _intentions(self, manners: Manners, child: str, review: KeptReview, now: datetime) -> list[Intention]:
        return intentions(manners, self._seed, child, review, now)

    def _goal(self, direction: Direction, plan: ReviewPlan) -> tuple[Term, date] | None:
        """The term whose review ends the play, and the day of its meeting; None where the date allows no such stage."""
        known = [term for term in plan.calendar.terms if term.first_day <= self._today]
        if direction.stage is Stage.PREPARING:
            return self._next_meeting(plan, known)
        for term in reversed(known):
            days = self._days_of_meetings(direction, plan, term)
            if days:
                return term, days[-1]
        return None

    def _days_of_meetings(self, direction: Direction, plan: ReviewPlan, term: Term) -> list[date]:
        if direction.stage in BEFORE_THE_MEETING and term.last_day < self._today:
            return []  # missed by now
        latest = self._today - timedelta(days=direction.meeting_days_ago)
        return [day for day in valid_days(plan, term) if term.first_day + _SETTLING <= day <= latest]

    def _next_meeting(self, plan: ReviewPlan, known: list[Term]) -> tuple[Term, date] | None:
        newest = known[-1] if known else plan.term
        for term in (newest, term_after(plan.calendar, newest)):
            days = [day for day in valid_days(plan, term) if day >= self._today + _PREPARATION] if term else []
            if term and days and opens_at(plan.calendar, term, plan.policy, days[0]) <= self._end:
                return term, days[0]
        return None


def _is_next(plan: ReviewPlan, term: Term) -> bool:
    following = term_after(plan.calendar, plan.term)
    return following is not None and following.key == term.key


def _at(meeting: date, intention: Intention) -> Intention:
    """The same, with the directed day where it names the day of a meeting that is still to come then."""
    action, on = intention.act["action"], intention.act.get("on")
    if action not in ("arrange_meeting", "next_meeting") or on is None or meeting <= london_date(intention.at):
        return intention
    return replace(intention, act={**intention.act, "on": meeting.isoformat()})


def _is_left_undone(stage: Stage, review: KeptReview, intention: Intention) -> bool:
    action, by = intention.act["action"], intention.act["by"]
    if stage is Stage.MEETING_DUE:
        return action == "record_meeting"
    if stage is Stage.COMPLETING:
        return action in ("submit", "next_meeting") and by == Role.SOCIAL_WORKER
    if stage is Stage.SIGNING:
        return action == "sign" and by == Role.DESIGNATED_TEACHER
    if stage is Stage.VIRTUAL_SCHOOL:
        return action in ("return", "sign_off")
    return stage is Stage.RETURNED and action == "submit" and review.standing.returned_at is not None

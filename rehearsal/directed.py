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
from rehearsal.drawn import Intention
from rehearsal.manners import PROMPT, Manners
from rehearsal.person import intentions
from rules.calendar import term_after
from rules.opening import opens_at
from store.reviews import KeptReview

_SETTLING = timedelta(days=7)
"""A meeting in the first days of a term could not have been arranged in time by everybody."""
_RETURNS = replace(PROMPT, returns=100)


@dataclass(frozen=True, slots=True)
class Direction:
    """Where a child is to be at the end, and how the people on the case work until then.

    `days` is how many have passed at least since the last meeting; for `preparing`, how many are left until it.
    """

    stage: Stage
    manners: Manners
    days: int = 0


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
        names_the_day = "arrange_meeting" if is_last else "next_meeting" if _is_next(review.plan, term) else None
        meant = [_at(meeting, one) if one.act["action"] == names_the_day else one for one in meant]
        if direction.stage is Stage.WAITING_FOR_DATE:
            return [intention for intention in meant if intention.act["action"] != "arrange_meeting"]
        return [one for one in meant if not (is_last and _is_left_undone(direction.stage, review, one))]

    def _intentions(self, manners: Manners, child: str, review: KeptReview, now: datetime) -> list[Intention]:
        return intentions(manners, self._seed, child, review, now)

    def _goal(self, direction: Direction, plan: ReviewPlan) -> tuple[Term, date] | None:
        """The term whose review ends the play, and the day of its meeting; None where the date allows no such stage."""
        known = [term for term in plan.calendar.terms if term.first_day <= self._today]
        if direction.stage is Stage.PREPARING:
            return self._next_meeting(direction, plan, known)
        for term in reversed(known):
            days = self._days_of_meetings(direction, plan, term)
            if days:
                return term, days[-1]
        return None

    def _days_of_meetings(self, direction: Direction, plan: ReviewPlan, term: Term) -> list[date]:
        if direction.stage in BEFORE_THE_MEETING and term.last_day < self._today:
            return []  # missed by now
        latest = self._today - timedelta(days=direction.days)
        return [day for day in valid_days(plan, term) if term.first_day + _SETTLING <= day <= latest]

    def _next_meeting(self, direction: Direction, plan: ReviewPlan, known: list[Term]) -> tuple[Term, date] | None:
        newest = known[-1] if known else plan.term
        for term in (newest, term_after(plan.calendar, newest)):
            days = [day for day in valid_days(plan, term) if day > self._today] if term else []
            far_enough = [day for day in days if day >= self._today + timedelta(days=direction.days)]
            for day in far_enough[:1] or days[-1:]:
                if term and opens_at(plan.calendar, term, plan.policy, day) <= self._end:
                    return term, day
        return None


def _is_next(plan: ReviewPlan, term: Term) -> bool:
    following = term_after(plan.calendar, plan.term)
    return following is not None and following.key == term.key


def _at(meeting: date, intention: Intention) -> Intention:
    """The same for the directed day, where that is still to come then."""
    if meeting <= london_date(intention.at):
        return intention
    return replace(intention, act={**intention.act, "on": meeting.isoformat()})


def _is_left_undone(stage: Stage, review: KeptReview, intention: Intention) -> bool:
    action, by = str(intention.act["action"]), str(intention.act["by"])
    if stage is Stage.MEETING_DUE:
        return action == "record_meeting"
    if stage is Stage.COMPLETING:
        return action in ("submit", "next_meeting") and by == Role.SOCIAL_WORKER
    if stage is Stage.SIGNING:
        return action == "sign" and by == Role.DESIGNATED_TEACHER
    if stage is Stage.VIRTUAL_SCHOOL:
        return action in ("return", "sign_off")
    return stage is Stage.RETURNED and action == "submit" and review.standing.returned_at is not None

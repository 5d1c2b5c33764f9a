"""Chances and days of the people on one case: the same question about the same review always has the same answer."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.calendar import TermName
from contracts.clock import at_london, london_date
from contracts.people import SCHOOL_ROLES, Role
from contracts.review import ReviewPlan, Standing
from rehearsal.area import Area
from rehearsal.manners import Days, Manners
from rules.calendar import first_school_day, first_working_day
from rules.sections import responsible

_HOURS = {
    Role.TEAM_MANAGER: time(9, 30),
    Role.SOCIAL_WORKER: time(10),
    Role.VIRTUAL_SCHOOL: time(11),
    Role.DESIGNATED_TEACHER: time(16),
    Role.YOUNG_PERSON: time(17),
    Role.CARER: time(19),
}


@dataclass(frozen=True, slots=True)
class Intention:
    """One act that somebody means to do at a UTC instant. `key` names it for good, so that it is tried once."""

    key: str
    at: datetime
    child: str
    act: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case as its people see it now: how its review stands, how they work, and the area around them."""

    manners: Manners
    seed: int
    child: str
    plan: ReviewPlan
    standing: Standing
    now: datetime
    area: Area

    @property
    def teacher(self) -> Role:
        """Who takes the designated teacher's part: the Virtual School where the child has no school."""
        return responsible(self.plan, Role.DESIGNATED_TEACHER)

    def act(self, key: str, role: Role, day: date, action: str, /, **fields: Any) -> Intention:
        """The act on the person's first day at work from `day`, in their hour, and never before now.

        It is tried again where the meeting moved, or the plan came back.
        """
        standing = self.standing
        since = f"{standing.meeting_sequence}/{standing.held_on}/{standing.returned_at}"
        return self._intention(f"{key}/{since}", role, day, action, fields)

    def once(self, key: str, role: Role, day: date, action: str, /, **fields: Any) -> Intention:
        """An act that is done once a term, whatever becomes of the review."""
        return self._intention(key, role, day, action, fields)

    def _intention(self, key: str, role: Role, day: date, action: str, fields: dict[str, Any]) -> Intention:
        _, at = self.slot(role, day)
        return Intention(f"{self.plan.review_id}/{key}", at, self.child, {"action": action, "by": role.value, **fields})

    def slot(self, role: Role, day: date) -> tuple[date, datetime]:
        """The first day at work of a role from `day`, and its UTC instant there; always after now."""
        at_work = self.at_work(role, max(day, london_date(self.now)))
        if at_london(at_work, _HOURS[role]) <= self.now:
            at_work = self.at_work(role, at_work + timedelta(days=1))
        return at_work, at_london(at_work, _HOURS[role])

    def at_work(self, role: Role, day: date) -> date:
        """That day, or the first day after it on which the role is at work."""
        first = first_school_day if role in SCHOOL_ROLES else first_working_day
        return first(self.plan.calendar, day)

    def after(self, what: str, day: date, days: Days) -> date:
        return day + timedelta(days=self.draw(what, days))

    def some_day(self, what: str) -> date:
        """Any day of the term."""
        term = self.plan.term
        return self.after(what, term.first_day, (0, (term.last_day - term.first_day).days))

    def draw(self, what: str, between: tuple[int, int]) -> int:
        return self._chance(what).randint(min(between), max(between))

    def happens(self, what: str, per_cent: int) -> bool:
        """Whether it does in this term."""
        return self._chance(what).randrange(100) < per_cent

    def happens_this_year(self, what: str, per_cent: int) -> bool:
        """Whether something that happens in so many of a hundred years does, and this is its term."""
        chance = self.chance_of_year(what)
        return chance.randrange(100) < per_cent and chance.choice(list(TermName)) is self.plan.term.name

    def chance_of_year(self, what: str) -> random.Random:
        """The same for the three reviews of an academic year."""
        return self._random(f"{self.plan.term.academic_year}/{what}")

    def _chance(self, what: str) -> random.Random:
        return self._random(f"{self.plan.term.key}/{what}")

    def _random(self, about: str) -> random.Random:
        return random.Random(f"{self.seed}/{self.child}/{about}")  # noqa: S311 - play, not secrets

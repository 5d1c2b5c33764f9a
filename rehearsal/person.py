"""What the people on one case mean to do next, from how their review stands."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.clock import at_london, london_date
from contracts.people import SCHOOL_ROLES, Role
from contracts.review import ReviewPlan, Section, Stage, Standing
from rehearsal.dates import a_closed_day, a_day_for_the_meeting, a_later_day, a_next_day
from rehearsal.manners import Days, Manners
from rehearsal.words import content_of
from rules.calendar import first_school_day, first_working_day
from rules.missing import missing_parts
from rules.sections import prepares_transition
from store.reviews import KeptReview

_HOURS = {Role.SOCIAL_WORKER: time(10), Role.DESIGNATED_TEACHER: time(16), Role.VIRTUAL_SCHOOL: time(11)}
_SW, _DT, _VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL


@dataclass(frozen=True, slots=True)
class Intention:
    """One act that somebody means to do at a UTC instant. `key` names it for good, so that it is tried once."""

    key: str
    at: datetime
    child: str
    act: dict[str, Any]


def intentions(manners: Manners, seed: int, child: str, review: KeptReview, now: datetime) -> list[Intention]:
    """Everything that the people on this case mean to do as things stand."""
    return list(_Case(manners, seed, child, review.plan, review.standing, now).all())


@dataclass(frozen=True, slots=True)
class _Case:
    manners: Manners
    seed: int
    child: str
    plan: ReviewPlan
    standing: Standing
    now: datetime

    def all(self) -> Iterator[Intention]:
        standing = self.standing
        if standing.stage is Stage.WAITING_FOR_DATE:
            yield from self._arrange()
        if standing.stage is Stage.PREPARING:
            yield from self._prepare()
        if standing.stage in (Stage.PREPARING, Stage.MEETING_DUE):
            yield from self._record()
        if standing.held_on is not None and not standing.voice_heard:
            yield from self._listen(standing.held_on)
        if standing.stage in (Stage.COMPLETING, Stage.RETURNED):
            yield from self._complete()
        if standing.stage is Stage.SIGNING:
            yield from self._sign()
        if standing.stage is Stage.VIRTUAL_SCHOOL:
            yield from self._look_it_over()

    def _arrange(self) -> Iterator[Intention]:
        opened = london_date(self.standing.since)
        asked = self._after("arrange", opened, self.manners.arranges_after)
        on = a_day_for_the_meeting(self.plan, self._slot(_SW, asked)[0], self._draw("day", self.manners.meets_at))
        if on is None:
            return
        if self._happens("closed", self.manners.tries_a_closed_day):
            closed = a_closed_day(self.plan, on)
            yield self._act("closed", _SW, asked - timedelta(days=1), "arrange_meeting", on=closed.isoformat())
        yield self._act("arrange", _SW, asked, "arrange_meeting", on=on.isoformat(), time="14:00")

    def _prepare(self) -> Iterator[Intention]:
        meeting_on = self.standing.meeting_on
        assert meeting_on is not None, "a prepared meeting has a date"  # noqa: S101
        if self.standing.date_agreed is None and self.standing.invited_at is not None:
            invited = london_date(self.standing.invited_at)
            yield self._act("agree", _DT, invited + timedelta(days=1), "agree_date", agreed=True)
        if prepares_transition(self.plan) and not self.standing.receiving_setting_invited:
            kind = "receiving_setting"
            yield self._act("invite", _SW, meeting_on - timedelta(days=10), "invite", kind=kind)
        ready = meeting_on - timedelta(days=self._draw("prepare", self.manners.prepares_before))
        if ready < meeting_on:
            yield from self._submit_what_is_missing(lambda role: ready)
        later = a_later_day(self.plan, meeting_on)
        if self.standing.meeting_sequence == 1 and later and self._happens("move", self.manners.moves):
            moved = meeting_on - timedelta(days=3)
            yield self._act("move", _SW, moved, "move_meeting", on=later.isoformat(), reason="A hearing on that day.")

    def _record(self) -> Iterator[Intention]:
        meeting_on = self.standing.meeting_on
        assert meeting_on is not None, "a meeting that is due has a date"  # noqa: S101
        day = self._perhaps_late("record", self._after("record", meeting_on, self.manners.records_after))
        if self.standing.meeting_sequence == 1 and self._happens("absent", self.manners.does_not_meet):
            reason = "The room was not free."
            yield self._act("record", _DT, day, "record_meeting", held=False, reason=reason)
            return
        facts = {
            "on": meeting_on.isoformat(),
            "confidential": True,
            "young_person": "attended" if not self._happens("voice", 15) else "did_not_take_part",
            "targets_agreed": "agreed",
            "grant_agreed": True,
            "actions": [{"what": "read together", "owner": "class teacher", "by": meeting_on.isoformat()}],
        }
        yield self._act("record", _DT, day, "record_meeting", held=True, **facts)

    def _listen(self, held: date) -> Iterator[Intention]:
        words = "Invented for a rehearsal: I like my new maths group."
        yield self._act("heard", _DT, held + timedelta(days=1), "record_voice", words=words)

    def _complete(self) -> Iterator[Intention]:
        held = self.standing.held_on
        assert held is not None, "only a held meeting is completed"  # noqa: S101
        if self.standing.returned_at is not None:
            returned = london_date(self.standing.returned_at)
            yield from self._submit_what_is_missing(
                lambda role: self._after(f"amend-{role}", returned, self.manners.amends_after)
            )
            return
        yield from self._submit_what_is_missing(lambda role: self._completes(role, held))

    def _completes(self, role: Role, held: date) -> date:
        return self._perhaps_late(role, self._after(f"complete-{role}", held, self.manners.completes_after))

    def _submit_what_is_missing(self, day_of: Any) -> Iterator[Intention]:
        for part in missing_parts(self.plan, self.standing):
            day = day_of(part.role)
            if part.part == "next_meeting":
                on = a_next_day(self.plan, self._draw("next", (35, 75)))
                yield self._act("next", _SW, day, "next_meeting", on=on.isoformat())
            elif part.part in list(Section):
                section = Section(part.part)
                content = content_of(self.plan, self.standing, section, self._slot(part.role, day)[0])
                key = f"submit-{section}-{part.role}"
                yield self._act(key, part.role, day, "submit", section=section.value, content=content)

    def _sign(self) -> Iterator[Intention]:
        asked = london_date(self.standing.asked_at or self.standing.since)
        for part in missing_parts(self.plan, self.standing):
            day = self._after(f"sign-{part.role}", asked, self.manners.signs_after)
            yield self._act(f"sign-{part.role}", part.role, day, "sign")

    def _look_it_over(self) -> Iterator[Intention]:
        if not self.standing.voice_heard:
            return  # the officer asks for the child's voice first (B9)
        day = self._after("look", london_date(self.standing.since), self.manners.signs_off_after)
        if self.standing.returned_at is None and self._happens("return", self.manners.returns):
            reasons = "Target 2 needs a measure that shows what has changed."
            yield self._act("return", _VS, day, "return", parts=["target:2"], reasons=reasons)
        else:
            yield self._act("sign-off", _VS, day, "sign_off")

    def _act(self, key: str, role: Role, day: date, action: str, **fields: Any) -> Intention:
        """The act on the person's first day at work from `day`, in their hour, and never before now."""
        standing = self.standing
        name = f"{self.plan.review_id}/{key}/{standing.meeting_sequence}/{standing.held_on}/{standing.returned_at}"
        _, at = self._slot(role, day)
        return Intention(name, at, self.child, {"action": action, "by": role.value, **fields})

    def _slot(self, role: Role, day: date) -> tuple[date, datetime]:
        first = first_school_day if role in SCHOOL_ROLES else first_working_day
        at_work = first(self.plan.calendar, max(day, london_date(self.now)))
        if at_london(at_work, _HOURS[role]) <= self.now:
            at_work = first(self.plan.calendar, at_work + timedelta(days=1))
        return at_work, at_london(at_work, _HOURS[role])

    def _perhaps_late(self, what: str, day: date) -> date:
        late = self._happens(f"late-{what}", self.manners.late)
        return day + timedelta(days=self._draw(f"lateness-{what}", self.manners.late_days)) if late else day

    def _after(self, what: str, day: date, days: Days) -> date:
        return day + timedelta(days=self._draw(what, days))

    def _draw(self, what: str, between: tuple[int, int]) -> int:
        return self._chance(what).randint(min(between), max(between))

    def _happens(self, what: str, per_cent: int) -> bool:
        return self._chance(what).randrange(100) < per_cent

    def _chance(self, what: str) -> random.Random:
        """The same question about the same review always has the same answer."""
        term = self.plan.term.key
        return random.Random(f"{self.seed}/{self.child}/{term}/{what}")  # noqa: S311 - play, not secrets

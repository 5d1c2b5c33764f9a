"""What the people on one case mean to do next, from how their review stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from contracts.clock import london_date
from contracts.people import Role
from contracts.review import Section, Stage
from rehearsal.area import NOWHERE, Area
from rehearsal.beside import beside, is_away
from rehearsal.dates import a_closed_day, a_day_for_the_meeting, a_later_day, a_next_day
from rehearsal.drawn import Drawn, Intention
from rehearsal.manners import Manners
from rehearsal.words import content_of
from rules.missing import missing_parts
from rules.sections import prepares_transition
from store.reviews import KeptReview

_SW, _VS = Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL


def intentions(
    manners: Manners, seed: int, child: str, review: KeptReview, now: datetime, area: Area = NOWHERE
) -> list[Intention]:
    """Everything that the people on this case mean to do as things stand."""
    case = _Case(manners, seed, child, review.plan, review.standing, now, area)
    return [*case.all(), *beside(case)]


@dataclass(frozen=True, slots=True)
class _Case(Drawn):
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
        asked = self.after("arrange", opened, self.manners.arranges_after)
        on = a_day_for_the_meeting(self.plan, self.slot(_SW, asked)[0], self.draw("day", self.manners.meets_at))
        if on is None:
            return
        if self.happens("closed", self.manners.tries_a_closed_day):
            closed = a_closed_day(self.plan, on)
            yield self.act("closed", _SW, asked - timedelta(days=1), "arrange_meeting", on=closed.isoformat())
        yield self.act("arrange", _SW, asked, "arrange_meeting", on=on.isoformat(), time="14:00")

    def _prepare(self) -> Iterator[Intention]:
        meeting_on = self.standing.meeting_on
        assert meeting_on is not None, "a prepared meeting has a date"  # noqa: S101
        if self.standing.date_agreed is None and self.standing.invited_at is not None:
            invited = london_date(self.standing.invited_at)
            yield self.act("agree", self.teacher, invited + timedelta(days=1), "agree_date", agreed=True)
        if prepares_transition(self.plan) and not self.standing.receiving_setting_invited:
            kind = "receiving_setting"
            yield self.act("invite", _SW, meeting_on - timedelta(days=10), "invite", kind=kind)
        ready = meeting_on - timedelta(days=self.draw("prepare", self.manners.prepares_before))
        if ready < meeting_on:
            yield from self._submit_what_is_missing(lambda role: ready)
        later = a_later_day(self.plan, meeting_on)
        if self.standing.meeting_sequence == 1 and later and self.happens("move", self.manners.moves):
            moved = meeting_on - timedelta(days=3)
            yield self.act("move", _SW, moved, "move_meeting", on=later.isoformat(), reason="A hearing on that day.")

    def _record(self) -> Iterator[Intention]:
        meeting_on = self.standing.meeting_on
        assert meeting_on is not None, "a meeting that is due has a date"  # noqa: S101
        day = self._perhaps_late("record", self.after("record", meeting_on, self.manners.records_after))
        if self.standing.meeting_sequence == 1 and self.happens("absent", self.manners.does_not_meet):
            reason = "The room was not free."
            yield self.act("record", self.teacher, day, "record_meeting", held=False, reason=reason)
            return
        facts = {
            "on": meeting_on.isoformat(),
            "confidential": True,
            "young_person": "attended" if not self.happens("voice", 15) else "did_not_take_part",
            "targets_agreed": "agreed",
            "grant_agreed": True,
            "actions": [{"what": "read together", "owner": "class teacher", "by": meeting_on.isoformat()}],
        }
        yield self.act("record", self.teacher, day, "record_meeting", held=True, **facts)

    def _listen(self, held: date) -> Iterator[Intention]:
        words = "Invented for a rehearsal: I like my new maths group."
        yield self.act("heard", self.teacher, held + timedelta(days=1), "record_voice", words=words)

    def _complete(self) -> Iterator[Intention]:
        held = self.standing.held_on
        assert held is not None, "only a held meeting is completed"  # noqa: S101
        if self.standing.returned_at is not None:
            returned = london_date(self.standing.returned_at)
            yield from self._submit_what_is_missing(
                lambda role: self.after(f"amend-{role}", returned, self.manners.amends_after)
            )
            return
        yield from self._submit_what_is_missing(lambda role: self._completes(role, held))

    def _completes(self, role: Role, held: date) -> date:
        return self._perhaps_late(role, self.after(f"complete-{role}", held, self.manners.completes_after))

    def _submit_what_is_missing(self, day_of: Any) -> Iterator[Intention]:
        for part in missing_parts(self.plan, self.standing):
            day = day_of(part.role)
            if part.part == "next_meeting":
                on = a_next_day(self.plan, self.draw("next", (35, 75)))
                yield self.act("next", _SW, day, "next_meeting", on=on.isoformat())
            elif part.part in list(Section):
                section = Section(part.part)
                content = content_of(self.plan, self.standing, section, self.slot(part.role, day)[0])
                key = f"submit-{section}-{part.role}"
                yield self.act(key, part.role, day, "submit", section=section.value, content=content)

    def _sign(self) -> Iterator[Intention]:
        asked = london_date(self.standing.asked_at or self.standing.since)
        for part in missing_parts(self.plan, self.standing):
            if is_away(self, part.role):
                day, reason = self.after(f"proxy-{part.role}", asked, (8, 14)), "Away until the end of the month."
                proxy = {"for": part.role.value, "reason": reason}
                yield self.act(f"sign-{part.role}", _VS, day, "proxy_sign", **proxy)
            else:
                day = self.after(f"sign-{part.role}", asked, self.manners.signs_after)
                yield self.act(f"sign-{part.role}", part.role, day, "sign")

    def _look_it_over(self) -> Iterator[Intention]:
        if not self.standing.voice_heard:
            return  # the officer asks for the child's voice first (B9)
        day = self.after("look", london_date(self.standing.since), self.manners.signs_off_after)
        if self.standing.returned_at is None and self.happens("return", self.manners.returns):
            reasons = "Target 2 needs a measure that shows what has changed."
            yield self.act("return", _VS, day, "return", parts=["target:2"], reasons=reasons)
        elif prepares_transition(self.plan) and not self.standing.receiving_setting_invited:
            exceptions = [{"rule": "B3", "reason": "There was no meeting to which they could come."}]
            yield self.act("sign-off", _VS, day, "sign_off", exceptions=exceptions)
        else:
            yield self.act("sign-off", _VS, day, "sign_off")

    def _perhaps_late(self, what: str, day: date) -> date:
        late = self.happens(f"late-{what}", self.manners.late)
        return day + timedelta(days=self.draw(f"lateness-{what}", self.manners.late_days)) if late else day

"""The sentence about a case: who or what is awaited, since when and until when, what was done about it already, and
what happens next by itself. The same words on the case's page, in lists and at the console; no name and no content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.clock import in_words, london_date
from contracts.people import Role, named
from contracts.review import BEFORE_THE_MEETING, ReviewPlan, Stage, Standing
from rules.calendar import working_days_between
from rules.coming import Coming, next_by_itself
from rules.deadlines import held_until
from rules.grant import pounds
from rules.ladder import Kind
from rules.letter_words import REMINDERS
from rules.missing import held_by, missing_parts
from rules.wording import listed

_MOST_DAYS = 3
"""So many days of reminders are named; of more only the last."""
_ENDED = {
    Stage.CLOSED: "This review is over",
    Stage.MISSED: "This review was missed: no meeting was held in its term",
    Stage.IN_FORCE: "Nobody is waited for: the plan is in force",
    Stage.PAUSED: "The Virtual School paused this plan, and no deadline runs",
}


@dataclass(frozen=True, slots=True)
class Reminded:
    """A letter of this review that left on a London day. `role` is who was meant to read it."""

    on: date
    kind: Kind
    role: Role


@dataclass(frozen=True, slots=True)
class Status:
    """The sentence in its four parts, each without its full stop; a part that says nothing is empty."""

    awaited: str
    timing: str
    done: str
    next: str
    late: bool
    """The day until which somebody holds it has passed."""

    @property
    def sentence(self) -> str:
        """All of it."""
        first = f"{self.awaited}, {self.timing}" if self.timing else self.awaited
        return " ".join(f"{part}." for part in (first, self.done, self.next) if part)


def status_of(plan: ReviewPlan, standing: Standing, now: datetime, reminded: Sequence[Reminded] = ()) -> Status:
    """How a review stands `now`: `standing` is as of that instant (rules.progress.as_of), `reminded` in any order."""
    until, today = held_until(plan, standing), london_date(now)
    return Status(
        awaited=_awaited(plan, standing, today),
        timing=_timing(plan, standing, today),
        done=_done(standing, reminded),
        next=_next(next_by_itself(plan, standing, now), standing, today),
        late=until is not None and until.on < today,
    )


def status_before_the_first(opens_on: date | None) -> Status:
    """Of a child without a review: when the first one opens, as far as that is known."""
    opens = f"It opens by itself on {in_words(opens_on)}" if opens_on else ""
    return Status("No review is open yet", "", "", opens, late=False)


def _awaited(plan: ReviewPlan, standing: Standing, today: date) -> str:
    if standing.stage in _ENDED:
        return _ENDED[standing.stage]
    if standing.stage is Stage.PAYING:
        sum_of = f" of {pounds(standing.grant_pence)}" if standing.grant_pence else ""
        return f"Signed off: the grant{sum_of} is being paid"
    if standing.stage is Stage.VIRTUAL_SCHOOL:
        return "With the Virtual School for its sign-off"
    if standing.stage is Stage.MEETING_DUE and standing.meeting_on == today:
        return "The meeting is today"
    what = _what(plan, standing)
    return f"Waiting for {named(held_by(plan, standing))}{what}" if what else "All is ready for the meeting"


def _what(plan: ReviewPlan, standing: Standing) -> str:
    """What they are to do: nothing while all is ready for the meeting."""
    count = len(missing_parts(plan, standing))
    parts = "1 part is" if count == 1 else f"{count} parts are"
    if standing.stage is Stage.WAITING_FOR_DATE:
        return " to arrange the meeting"
    if standing.stage is Stage.PREPARING:
        return f": {parts} missing before the meeting" if count else ""
    if standing.stage is Stage.MEETING_DUE:
        return " to record whether the meeting took place"
    if standing.stage is Stage.SIGNING:
        return " to sign"
    return f": {parts} to be put right" if standing.stage is Stage.RETURNED else f": {parts} missing"


def _timing(plan: ReviewPlan, standing: Standing, today: date) -> str:
    """Counted in working days; until when, where a last day is set, and else since when."""
    if standing.stage in (Stage.CLOSED, Stage.MISSED):
        return ""
    since = london_date(standing.paused_at or standing.since)
    until = held_until(plan, standing)
    if until is None or standing.stage in _ENDED:
        return f"since {in_words(since)} ({_count(working_days_between(plan.calendar, since, today))})"
    if until.on == today:
        return "" if standing.stage is Stage.MEETING_DUE else "due today"
    if until.on > today:
        left = _count(working_days_between(plan.calendar, today, until.on))
        return f"{_by(standing)} {in_words(until.on)} (in {left})"
    late = _count(working_days_between(plan.calendar, until.on, today))
    return f"{late} overdue: {_by_then(standing)} {in_words(until.on)}"


def _by(standing: Standing) -> str:
    return "which is on" if standing.stage is Stage.PREPARING else "due by"


def _by_then(standing: Standing) -> str:
    return "it was to be on" if standing.stage in BEFORE_THE_MEETING and standing.meeting_on else "it was due by"


def _count(days: int) -> str:
    return "1 working day" if days == 1 else f"{days} working days"


def _done(standing: Standing, reminded: Sequence[Reminded]) -> str:
    """What left since the present wait began, and who heard that somebody else is late."""
    began = london_date(standing.since)
    sent = [one for one in reminded if one.on >= began or standing.stage in BEFORE_THE_MEETING]
    asked = sorted({one.on for one in sent if one.kind in REMINDERS})
    told = [one for one in sent if one.kind is Kind.ESCALATION]
    parts = [f"asked by letter {_on_days(asked)}"] if asked else []
    if told:
        roles = sorted({one.role for one in told}, key=list(Role).index)
        parts.append(f"{named(roles)} heard that it is late {_on_days(sorted({one.on for one in told}))}")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _on_days(days: list[date]) -> str:
    if len(days) > _MOST_DAYS:
        return f"on {len(days)} days, the last {in_words(days[-1])}"
    return f"on {listed([f'{one.day} {one:%B}' for one in days])} {days[-1].year}"


def _next(coming: Coming | None, standing: Standing, today: date) -> str:
    if coming is None:
        paying = "The payment is tried again by itself until finance confirms it"
        return paying if standing.stage is Stage.PAYING else ""
    when = "today" if coming.on <= today else f"on {in_words(coming.on)}"
    return f"Next, {when}: {coming.sentence}"

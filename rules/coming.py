"""What comes next on a review, if nothing changes until then: letters, deadlines, the end of its term."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from contracts.clock import london_date, start_of
from contracts.people import Role, named
from contracts.review import BEFORE_THE_MEETING, FINAL, Deadline, ReviewPlan, Stage, Standing
from rules.deadlines import deadlines
from rules.ladder import Kind, Step, merged, steps
from rules.letter_words import LETTERS
from rules.progress import end_of_term

_SAME_DAY = {"review_due": ("meeting", "latest_safe_date"), "signatures": ("amendment", "completion")}
"""A deadline that says nothing more than another one of the same day."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that happens by itself, or must be done by then. `on` is a London day."""

    on: date
    sentence: str
    by_itself: bool
    """The service does it; a deadline is kept or missed by people."""


def coming(plan: ReviewPlan, standing: Standing, now: datetime) -> list[Coming]:
    """In order of time. Nothing for a review that is over, or while it is paused: its clock stands still."""
    if standing.stage in FINAL | {Stage.PAUSED}:
        return []
    found = [*_letters(plan, standing, now), *_deadlines(plan, standing, now), *_turns(plan, standing, now)]
    return sorted(found, key=lambda one: (one.on, one.by_itself))


def next_by_itself(plan: ReviewPlan, standing: Standing, now: datetime) -> Coming | None:
    """The next thing that the service does, whoever does or does not do theirs."""
    return next((one for one in coming(plan, standing, now) if one.by_itself), None)


def _letters(plan: ReviewPlan, standing: Standing, now: datetime) -> Iterator[Coming]:
    """Each letter with all of its readers; what is due already leaves with the next sweep."""
    for at, together in groupby(steps(plan, standing), key=lambda step: max(step.at, now)):
        letters = sorted(merged(together), key=_name)
        for (kind, _), readers in groupby(letters, key=_name):
            yield Coming(london_date(at), _gets([one.role for one in readers], LETTERS[Kind(kind)]), by_itself=True)


def _name(step: Step) -> tuple[str, int]:
    return step.kind, step.level or 0


def _gets(readers: list[Role], letter: str) -> str:
    get = "gets" if len(readers) == 1 else "get"
    return f"{named(readers)} {get} {'an' if letter[0] in 'aeiou' else 'a'} {letter}"


def _deadlines(plan: ReviewPlan, standing: Standing, now: datetime) -> Iterator[Coming]:
    """Those that are still to come and concern somebody who has not done it yet."""
    known = {deadline.name: deadline.on for deadline in deadlines(plan, standing)}
    done = standing.stage in (Stage.VIRTUAL_SCHOOL, Stage.PAYING, Stage.IN_FORCE)
    for deadline in deadlines(plan, standing):
        repeats = any(known.get(name) == deadline.on for name in _SAME_DAY.get(deadline.name, ()))
        is_past = deadline.until <= now or (done and deadline.name != "virtual_school_sign_off")
        if not (repeats or is_past or _is_kept(standing, deadline)):
            yield Coming(deadline.on, deadline.sentence.rstrip("."), by_itself=False)


def _is_kept(standing: Standing, deadline: Deadline) -> bool:
    """Done, or another day counts since."""
    if deadline.name == "latest_safe_date":
        return standing.meeting_on is not None
    if deadline.name == "completion" and standing.returned_at is not None:
        return True
    return deadline.name in ("completion", "amendment") and standing.stage is Stage.SIGNING


def _turns(plan: ReviewPlan, standing: Standing, now: datetime) -> Iterator[Coming]:
    """What the calendar changes: somebody else, another school, the end of the term."""
    if standing.changes_on is not None and start_of(standing.changes_on) > now:
        yield Coming(standing.changes_on, "a change of school, of a person or of care takes effect", by_itself=True)
    over = end_of_term(plan, standing)
    if over is not None and over > now:
        missed = "the term is over: without a held meeting this review counts as missed"
        unfinished = "the term is over: what is unfinished then is noted, and next term’s review goes on beside it"
        yield Coming(london_date(over), missed if standing.stage in BEFORE_THE_MEETING else unfinished, by_itself=True)

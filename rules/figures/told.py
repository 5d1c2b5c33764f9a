"""One review as its history tells it by the end of a day: the lines, folded into the facts that figures count.

The calendar's own changes (the meeting's day has come, the term is over) are worked out here and never read: the clock
notes them late, at the instant at which they were true (casework/passing.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracts.clock import end_of, london_date
from contracts.figures import Opened
from rules.figures.as_of import AsOf

RECORDS = ("record_meeting", "review_without_meeting")
COUNTED_ACTS = (*RECORDS, "return", "correct", "next_meeting")
"""The acts of which figures need what was typed; of the others it is enough that they were done."""
COUNTED_DEADLINES = ("meeting", "completion", "amendment", "virtual_school_sign_off")
_BEFORE_DATE, _PAUSED, _CLOSED, _MISSED, _WITH_US = "waiting_for_date", "paused", "closed", "missed", "virtual_school"
_COMPLETE = ("signing", _WITH_US)
_TAKEN_BACK = ("completing", "signing", "waiting_for_date", "preparing", "meeting_due")
"""A plan at such a stage waits for the Virtual School no longer, although it was not answered."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history of one review. `typed` is what the act said, for COUNTED_ACTS."""

    at: datetime
    what: str
    by: str
    facts: Mapping[str, Any]
    typed: Mapping[str, Any] = field(default_factory=dict)


class Answer(StrEnum):
    """What the Virtual School said to a plan that arrived."""

    SIGNED_OFF = "signed_off"
    RETURNED = "returned"


@dataclass(slots=True)
class Arrival:
    """A plan that came to the Virtual School complete and signed."""

    at: datetime
    due_on: date | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None


class State(StrEnum):
    """Where a review stands at the end of the day; each is in exactly one."""

    SIGNED_OFF = "signed_off"
    WITH_THE_VIRTUAL_SCHOOL = "with_the_virtual_school"
    BEING_COMPLETED = "being_completed"
    MEETING_TO_COME = "meeting_to_come"
    NOT_RECORDED = "not_recorded"
    NO_DATE = "no_date"
    MISSED = "missed"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(slots=True)
class Told:
    """A review as it had been told by the end of a day."""

    opened: Opened
    as_of: AsOf
    ends_on: date
    opened_at: datetime | None = None
    stage: str = _BEFORE_DATE
    meeting_on: date | None = None
    had_a_date: bool = False
    moved: int = 0
    """How often an agreed date did not stand."""
    moved_by_record: int = 0
    held_on: date | None = None
    without_meeting: bool = False
    complete_on: date | None = None
    due: dict[str, date] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    reasons: list[list[str]] = field(default_factory=list)
    """Of each return."""
    signed_off_at: datetime | None = None
    """The first time."""
    was_returned_before: bool = False
    is_signed_off: bool = False
    grant: str | None = None
    next_on: date | None = None
    next_settled: bool = False
    next_act: str | None = None
    record_act: str | None = None
    closed_at: datetime | None = None
    holds: list[tuple[datetime, tuple[str, ...]]] = field(default_factory=list)

    def is_over(self, day: date) -> bool:
        """Whether a London day is over."""
        return self.as_of.is_over(day)

    @property
    def waits(self) -> Arrival | None:
        """The arrival that is not answered."""
        last = self.arrivals[-1] if self.arrivals else None
        return last if last is not None and last.answer is None else None

    @property
    def state(self) -> State:
        if self.is_signed_off:
            return State.SIGNED_OFF
        if self._is_missed:
            return State.MISSED
        if self.closed_at is not None:
            return State.ENDED
        if self.stage == _PAUSED:
            return State.PAUSED
        if self.held_on is not None:
            return State.WITH_THE_VIRTUAL_SCHOOL if self.stage == _WITH_US else State.BEING_COMPLETED
        if self.meeting_on is None:
            return State.NO_DATE
        return State.NOT_RECORDED if self.meeting_on <= self.as_of.day else State.MEETING_TO_COME

    @property
    def _is_missed(self) -> bool:
        """The term is over and no meeting was held, whether or not the clock has noted it."""
        if self.held_on is not None or self.stage == _PAUSED or not self.is_over(self.ends_on):
            return False
        return self.closed_at is None or self.closed_at >= end_of(self.ends_on)


def told(opened: Opened, lines: Iterable[Line], as_of: AsOf) -> Told:
    """The review by its lines, in the order of storing; all of them were stored by then."""
    review = Told(opened, as_of, opened.ends_on)
    for line in lines:
        _FOLDS.get(line.what, _nothing)(review, line)
        if "holds" in line.facts and not _is_the_calendars(line):
            paused = line.facts.get("stage") == _PAUSED
            review.holds.append((line.at, () if paused else tuple(line.facts["holds"])))
    return review


def _is_the_calendars(line: Line) -> bool:
    """What the clock notes late: it is worked out instead."""
    return line.by == "clock" and line.what == "stage" and line.facts["stage"] in (_MISSED, "meeting_due")


def _nothing(_review: Told, _line: Line) -> None:
    """A line that no figure counts."""


def _opens(review: Told, line: Line) -> None:
    review.opened_at = review.opened_at or line.at
    _ends(review, line)


def _ends(review: Told, line: Line) -> None:
    if "ends_on" in line.facts:
        review.ends_on = date.fromisoformat(line.facts["ends_on"])


def _reaches(review: Told, line: Line) -> None:
    if _is_the_calendars(line):
        return
    stage = review.stage = line.facts["stage"]
    if stage == _CLOSED:
        review.closed_at = line.at
    elif review.closed_at is not None and stage != _MISSED:
        review.closed_at = None  # brought back: the meeting that ended it was a mistake
    if stage == _BEFORE_DATE and review.held_on is None and review.meeting_on is not None:
        review.moved += 1
        review.meeting_on = None
    if stage in _COMPLETE and review.complete_on is None:
        review.complete_on = london_date(line.at)
    if stage == _WITH_US and review.waits is None:
        review.arrivals.append(Arrival(line.at))
    if stage in _TAKEN_BACK and review.waits is not None:
        review.arrivals.pop()


def _is_due(review: Told, line: Line) -> None:
    name, on = line.facts["name"], date.fromisoformat(line.facts["on"])
    if name == "meeting":
        review.had_a_date = True
        review.moved += review.meeting_on is not None and on != review.meeting_on
        review.meeting_on = on
    elif name == "virtual_school_sign_off" and review.waits is not None:
        review.waits.due_on = on
    else:
        review.due[name] = on


def _is_done(review: Told, line: Line) -> None:
    _ACTS.get(line.facts["action"], _nothing)(review, line)


def _records(review: Told, line: Line) -> None:
    review.record_act = line.facts["act"]
    if line.facts["action"] == "review_without_meeting":
        review.held_on, review.without_meeting = london_date(line.at), True
    elif line.typed.get("held"):
        review.held_on = date.fromisoformat(line.typed["on"])
        other_day = review.meeting_on not in (None, review.held_on)
        review.moved_by_record = int(other_day)
    else:
        review.held_on = None


def _takes_back(review: Told, line: Line) -> None:
    act = line.typed.get("act")
    if act == review.next_act:
        review.next_on, review.next_settled = None, False
    if act != review.record_act:
        return
    if review.held_on is None:  # that it was not held was a mistake: its date never fell
        review.moved = max(0, review.moved - 1)
    review.held_on, review.without_meeting, review.complete_on, review.moved_by_record = None, False, None, 0
    if review.waits is not None:
        review.arrivals.pop()


def _returns(review: Told, line: Line) -> None:
    given = line.typed.get("reasons") or []
    review.reasons.append([given] if isinstance(given, str) else list(given))
    review.was_returned_before = review.was_returned_before or review.signed_off_at is None
    _is_answered(review, Answer.RETURNED, line.at)


def _signs_off(review: Told, line: Line) -> None:
    review.signed_off_at = review.signed_off_at or line.at
    review.is_signed_off = True
    review.grant = line.facts.get("grant")
    _is_answered(review, Answer.SIGNED_OFF, line.at)


def _is_answered(review: Told, answer: Answer, at: datetime) -> None:
    if review.waits is not None:
        review.arrivals[-1].answer, review.arrivals[-1].answered_at = answer, at


def _reopens(review: Told, _line: Line) -> None:
    review.is_signed_off, review.closed_at = False, None


def _agrees_next(review: Told, line: Line) -> None:
    review.next_act, review.next_settled = line.facts["act"], True
    review.next_on = date.fromisoformat(line.typed["on"]) if line.typed.get("on") else None


_FOLDS = {"opened": _opens, "term_moved": _ends, "stage": _reaches, "deadline": _is_due, "accepted": _is_done}
_ACTS = {
    **dict.fromkeys(RECORDS, _records),
    "correct": _takes_back,
    "return": _returns,
    "sign_off": _signs_off,
    "reopen": _reopens,
    "next_meeting": _agrees_next,
}
COUNTED_LINES = tuple(_FOLDS)
COUNTED_DONE = tuple(_ACTS)
"""The acts that a figure counts; others matter where somebody else held the review after them."""

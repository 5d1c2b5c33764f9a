"""Shares of reviews: so many of so many, each with the sentence that defines it and with what it leaves out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contracts.clock import london_date
from rules.figures.told import State, Told

Verdict = bool | str
"""Counts (True), does not (False), or the reason for which the review is left out of this figure."""


@dataclass(frozen=True, slots=True)
class Share:
    """A figure: `count` of `of`. `left_out` says how many were not counted, by their reason,
    the most first."""

    name: str
    title: str
    definition: str
    count: int
    of: int
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def percent(self) -> int | None:
        """To the nearest whole number; all is 100 and none 0 only where it is so. None of none."""
        if self.of == 0:
            return None
        if 0 < self.count < self.of:
            return min(99, max(1, round(100 * self.count / self.of)))
        return 100 if self.count else 0


@dataclass(frozen=True, slots=True)
class Measure:
    """How a share is counted."""

    name: str
    title: str
    definition: str
    judges: Callable[[Told], Iterable[Verdict]]

    def of(self, reviews: Iterable[Told]) -> Share:
        verdicts = [verdict for review in reviews for verdict in self.judges(review)]
        reasons = [verdict for verdict in verdicts if isinstance(verdict, str)]
        counts = sum(verdict is True for verdict in verdicts)
        left_out = tuple(sorted(Counter(reasons).items(), key=lambda one: (-one[1], one[0])))
        return Share(self.name, self.title, self.definition, counts, len(verdicts) - len(reasons), left_out)


_ENDED = "the child left care before it was due"
_PAUSED = "the review is paused"


def _held(review: Told) -> Iterable[Verdict]:
    if review.without_meeting:
        yield "the Virtual School let it do without a meeting"
    elif review.held_on is not None:
        yield True
    elif review.state is State.PAUSED:
        yield _PAUSED
    elif review.state is State.ENDED:
        yield _ENDED
    else:
        yield False


def _completed(review: Told) -> Iterable[Verdict]:
    due = review.due.get("completion")
    if review.held_on is None or due is None:
        yield "no meeting was held yet"
    elif review.complete_on is not None:
        yield review.complete_on <= due
    elif review.state is State.PAUSED:
        yield _PAUSED
    elif review.state is State.ENDED:
        yield _ENDED
    else:
        yield False if review.is_over(due) else "its days are not over yet"


def _answered(review: Told) -> Iterable[Verdict]:
    for arrival in review.arrivals:
        if arrival.answered_at is not None and arrival.due_on is not None:
            yield london_date(arrival.answered_at) <= arrival.due_on
        elif review.state is State.PAUSED:
            yield _PAUSED
        elif review.state is State.ENDED:
            yield _ENDED
        else:
            late = arrival.due_on is not None and review.is_over(arrival.due_on)
            yield False if late else "it waits, and its days are not over yet"


def _first_in_time(review: Told) -> Iterable[Verdict]:
    due = review.opened.first_by
    if due is None:
        return
    if review.complete_on is not None:
        yield review.complete_on <= due
    elif review.is_over(due):
        yield False
    elif review.state is State.ENDED:
        yield _ENDED
    else:
        yield "its days are not over yet"


def _passed_first(review: Told) -> Iterable[Verdict]:
    if review.signed_off_at is None:
        yield "it is not signed off yet"
    else:
        yield not review.was_returned_before


def _moved(review: Told) -> Iterable[Verdict]:
    yield review.moved + review.moved_by_record > 0 if review.had_a_date else "it had no date yet"


def _without_next(review: Told) -> Iterable[Verdict]:
    state = review.state
    if state is State.NO_DATE:
        yield True
    elif state in (State.MEETING_TO_COME, State.NOT_RECORDED):
        yield False
    elif state is State.PAUSED:
        yield _PAUSED
    elif state in (State.BEING_COMPLETED, State.WITH_THE_VIRTUAL_SCHOOL, State.SIGNED_OFF):
        yield from _next_after(review)


def _next_after(review: Told) -> Iterable[Verdict]:
    due = review.due.get("completion")
    if review.next_on is not None:
        yield False
    elif review.next_settled:
        yield "it was agreed that there is no next meeting, with the reason"
    else:
        yield True if due is not None and review.is_over(due) else "the next date is not due yet"


MEASURES = (
    Measure(
        "held",
        "Meeting held in the term",
        "Reviews of which a held meeting is on record, of all reviews that opened.",
        _held,
    ),
    Measure(
        "completed",
        "Complete in time after the meeting",
        "Plans of which every part was complete within the policy's days after the meeting (7 days in the guidance, "
        "A3), of those that were completed or whose days are over.",
        _completed,
    ),
    Measure(
        "answered",
        "Answered by the Virtual School in time",
        "Plans that arrived complete and signed and were signed off or returned within the policy's days (5 school "
        "days of the child's school), of those that were answered or whose days are over. A plan that arrives again "
        "counts again.",
        _answered,
    ),
    Measure(
        "first_pep",
        "First plan in time",
        "First plans of children who entered care that were complete in the policy's days after that day (20 working "
        "days in the default), of those that were completed or whose days are over.",
        _first_in_time,
    ),
    Measure(
        "first_pass",
        "Signed off without a return",
        "Plans that were signed off without ever being returned, of all that were signed off. A plan that is opened "
        "again later keeps its first result.",
        _passed_first,
    ),
    Measure(
        "moved",
        "Meetings that were moved",
        "Reviews of which an agreed date did not stand: it was moved, called off, ruled out by other term dates, or "
        "the meeting was held on another day; of all that had a date.",
        _moved,
    ),
    Measure(
        "no_next_date",
        "Without a next date though due",
        "Reviews without a date for their own meeting, and plans whose days for completion are over without a date for "
        "the next meeting (A5); of all open reviews and plans of the term that need one.",
        _without_next,
    ),
)
HEADLINES = ("held", "completed", "answered", "first_pass")
"""The figures by which teams, schools, key stages and areas are compared."""


def shares(reviews: Sequence[Told]) -> list[Share]:
    """Every share of these reviews."""
    return [measure.of(reviews) for measure in MEASURES]


def headlines(reviews: Sequence[Told]) -> list[Share]:
    """Those by which groups are compared."""
    return [measure.of(reviews) for measure in MEASURES if measure.name in HEADLINES]

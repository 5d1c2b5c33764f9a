"""Finds wrong chasers in a journal, by what PROCESS.md and ACTS.md say of them and without asking `rules`.

    python -m tests.support.chasers JOURNAL.json TERMS.csv ROLL.csv

reads what `./pep rehearse --json` wrote. Such a journal has neither the fields of acts nor addresses: then whose part
was done is judged by the stage, letters after a handover not at all, and the days of a new school neither. That of
`played_years.py` has both.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.support.chased_child import DT, SCHOOL_PEOPLE, SW, VS, Child, Review, Row, SchoolDays

_STAGES = {
    "review_due": ("waiting_for_date", "preparing"),
    "arrange_meeting": ("waiting_for_date",),
    "before_meeting": ("preparing", "meeting_due"),
    "did_it_take_place": ("preparing", "meeting_due"),
    "completion_nudge": ("completing", "signing", "returned"),
    "completion_overdue": ("completing", "signing", "returned"),
    "escalation": ("completing", "signing", "returned", "virtual_school"),
    "signature_asked": ("signing",),
    "sign_off_due": ("virtual_school",),
    "returned": ("returned",),
    "check_in": ("paying", "in_force"),
}
"""Every chaser, and the stages at which it can be true."""
_AT_ONCE = ("arrange_meeting", "signature_asked", "sign_off_due", "returned")
"""Those that may also leave at the instant of the act that causes them."""
_WEEKS, _DAYS = (6, 3, 1), (14, 7, 2)


@dataclass(frozen=True, slots=True)
class WrongChaser:
    """A letter that should not have been sent. `sort` is a: not at work, b: part done, c: another meeting, d: nothing
    runs, e: not at 08:00, f: to somebody who is no longer on the case.
    """

    sort: str
    at: str
    child: str
    term: str
    kind: str
    to: str
    why: str


def wrong_chasers(rows: Iterable[Row], terms: bytes, roll: bytes, year: str = "2026/27") -> list[WrongChaser]:
    """Every wrong chaser of a journal, in order. `year` is the academic year of the roll's year groups."""
    reader = _Reader(terms, roll, year)
    found: list[WrongChaser] = []
    for row in rows:
        found += reader.read(row)
    return found


class _Reader:
    """Reads a journal row by row, and keeps how each child stands."""

    def __init__(self, terms: bytes, roll: bytes, year: str) -> None:
        self._days = SchoolDays(terms)
        on_roll = csv.DictReader(io.StringIO(roll.decode("utf-8-sig")))
        self._children = {row["child_ref"]: Child.of(row, year) for row in on_roll}
        self._acts: set[tuple[str, str]] = set()
        self._undecided: set[str] = set()

    def read(self, row: Row) -> Iterator[WrongChaser]:
        """One row; a letter gives what is wrong with it."""
        child, term = self._children[row["child"]], row["term"]
        child.come_to(date.fromisoformat(row["at"][:10]))
        review = child.reviews.get(term)
        match row["what"]:
            case "opened":
                child.open(term, date.fromisoformat(row["at"][:10]))
            case "accepted":
                self._acts.add((row["child"], row["at"]))
                self._note_funding(row)
                child.take(row)
            case "stage" if review is not None:
                review.stage = row["stage"]
                review.meeting = None if review.stage == "waiting_for_date" else review.meeting
            case "deadline" if review is not None:
                _note_deadline(review, row)
            case "letter" if row["kind"] in _STAGES and review is not None:
                for sort, why in self._faults(child, review, row):
                    yield WrongChaser(sort, row["at"], row["child"], term, row["kind"], row["to"], why)

    def _note_funding(self, row: Row) -> None:
        if row["action"] == "apply_for_funding":
            self._undecided.add(row["child"])
        elif row["action"] == "decide_funding":
            self._undecided.discard(row["child"])

    def _faults(self, child: Child, review: Review, row: Row) -> Iterator[tuple[str, str]]:
        day, role = date.fromisoformat(row["at"][:10]), row["to"]
        calendar = child.calendar if role in SCHOOL_PEOPLE else None
        if self._is_known(child, role) and not self._days.at_work(day, calendar):
            yield "a", "the reader is not at work on that day"
        if (
            row["kind"] == "escalation"
            and row.get("level") == 1
            and row["child"] in self._undecided
            and review.signed_off
        ):
            return  # about the money that was applied for
        yield from _nothing_runs(child, review)
        yield from self._at_another_hour(row)
        if review.stage not in (*_STAGES[row["kind"]], "paused", "closed", "missed"):
            yield "b", f"at the stage {review.stage} it is not asked for"
        if "meant" in row:
            why = _done(child, review, row)
            if why:
                yield "b", why
        if "address" in row and row["address"] != child.people.get(role, row["address"]):
            yield "f", "somebody else plays this role by now"
        meant = row.get("meant", role)
        if not self._is_known(child, meant):
            return
        why = self._another_meeting(review, row["kind"], day, child.calendar if meant in SCHOOL_PEOPLE else None)
        if why:
            yield "c", why

    def _is_known(self, child: Child, role: str) -> bool:
        """Whether this reader's days at work are known: not those of a school that the journal does not name."""
        return role not in SCHOOL_PEOPLE or child.calendar is not None

    def _at_another_hour(self, row: Row) -> Iterator[tuple[str, str]]:
        of_an_act = row["kind"] in _AT_ONCE and (row["child"], row["at"]) in self._acts
        if row["at"][11:19] != "08:00:00" and not of_an_act:
            yield "e", "the ladder runs at 08:00"

    def _another_meeting(self, review: Review, kind: str, day: date, calendar: str | None) -> str | None:
        """The reminders before a day belong to the day that holds now."""
        if kind == "did_it_take_place":
            return None if review.meeting and day > review.meeting else "no meeting was to take place before that day"
        if kind == "before_meeting":
            return self._not_a_step(review.meeting, [timedelta(days=days) for days in _DAYS], day, calendar)
        if kind == "review_due" and not review.held:
            return self._not_a_step(review.due, [timedelta(weeks=weeks) for weeks in _WEEKS], day, calendar)
        return None

    def _not_a_step(self, on: date | None, before: list[timedelta], day: date, calendar: str | None) -> str | None:
        if on is None or day > on:
            return "there is no meeting to come"
        steps = {self._days.first_from(on - span, calendar) for span in before}
        return None if day in steps else f"counted back from {on.isoformat()} it is not this day's"


def _note_deadline(review: Review, row: Row) -> None:
    if row["name"] == "meeting":
        review.meeting = date.fromisoformat(row["on"])
    if row["name"] == "review_due":
        review.due = date.fromisoformat(row["on"])


def _nothing_runs(child: Child, review: Review) -> Iterator[tuple[str, str]]:
    if child.left:
        yield "d", "the child has left care"
    elif review.stage in ("paused", "closed", "missed"):
        yield "d", f"the review is {review.stage}"


def _done(child: Child, review: Review, row: Row) -> str | None:  # noqa: C901 - a line a letter: a table
    """Why nothing is left to ask of whom the letter is meant for; None where something is."""
    role = DT if row["meant"] == child.teacher else row["meant"]
    owing = review.owing()
    match row["kind"]:
        case "review_due":
            asked = not review.held
        case "arrange_meeting":
            asked = review.meeting is None and not review.held
        case "before_meeting" if role == DT:
            asked = review.owed_before() and not review.held
        case "before_meeting":
            asked = review.transition and not review.receiving_invited and not review.held
        case "did_it_take_place":
            asked = not review.held
        case "completion_nudge":
            asked = role in owing
        case "completion_overdue":
            asked = role in owing or (role == VS and bool(owing))
        case "escalation":
            managed = {"team_manager": SW, "head_teacher": DT}.get(role)
            waits_for_sign_off = role == "virtual_school_head" and review.signed >= {SW, DT} and not review.signed_off
            asked = managed in owing if managed else bool(owing) or waits_for_sign_off
        case "signature_asked":
            asked = role in owing and not review.with_parts() and not review.returned
        case "sign_off_due":
            asked = review.held and not owing and not review.signed_off
        case "returned":
            asked = role in {owner for _, owner in review.returned}
        case _:
            asked = role == DT and review.signed_off and not review.checked_in
    return None if asked else f"nothing of it is left to do for the {role.replace('_', ' ')}"


def main(paths: list[str]) -> int:
    """Print every wrong chaser; 1 where there is one."""
    journal, terms, roll = (Path(path).read_bytes() for path in paths)
    rows: list[dict[str, Any]] = json.loads(journal)["journal"]
    found = wrong_chasers(rows, terms, roll)
    for one in found:
        sys.stdout.write(f"{one.sort} {one.at} {one.child} {one.term} {one.kind} to {one.to}: {one.why}" + "\n")
    letters = sum(row["what"] == "letter" and row["kind"] in _STAGES for row in rows)
    sys.stdout.write(f"{len(found)} wrong of {letters} chasers" + "\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:4]))

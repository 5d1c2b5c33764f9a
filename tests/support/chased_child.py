"""A child as a reader of the journal sees it: who is on the case, which school, and what each term still needs.

Written from PROCESS.md and ACTS.md; nothing of `rules` is imported, so that it can be wrong only by itself.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.support.english_days import bank_holidays, every_day

SW, DT, VS = "social_worker", "designated_teacher", "virtual_school"
SCHOOL_PEOPLE = ("designated_teacher", "pastoral", "head_teacher")
_YEAR_GROUPS = ("N1", "N2", "R", *(f"Y{number}" for number in range(1, 14)))
_OWNERS = {
    "about_child": (SW,),
    "care_and_views": (SW,),
    "attainment": (DT,),
    "previous_targets": (SW, DT),
    "targets": (DT,),
    "attendance_and_support": (DT,),
    "grant": (DT,),
    "voice": (SW, DT),
    "transition": (SW, DT),
}
_BEFORE_THE_MEETING = ("previous_targets", "attainment", "targets")
Row = Mapping[str, Any]


class SchoolDays:
    """The days on which each calendar's schools are open, from a file of term dates."""

    def __init__(self, terms: bytes) -> None:
        self._open: dict[str, set[date]] = {}
        for row in csv.DictReader(io.StringIO(terms.decode("utf-8-sig"))):
            self._open.setdefault(row["calendar"], set()).update(_days_of(row))

    def at_work(self, day: date, calendar: str | None) -> bool:
        """Whether a reader is at work: of a school with that calendar, or of the council where there is none."""
        if day.isoweekday() > 5 or day in bank_holidays(day.year):
            return False
        return calendar is None or day in self._open[calendar]

    def first_from(self, day: date, calendar: str | None) -> date | None:
        """The first day at work from that one on; None where none is known within a year."""
        days = (day + timedelta(days=ahead) for ahead in range(366))
        return next((one for one in days if self.at_work(one, calendar)), None)


def _days_of(row: Mapping[str, str]) -> set[date]:
    days = _span(row["first_day"], row["last_day"])
    if row["half_term_first"]:
        days -= _span(row["half_term_first"], row["half_term_last"])
    return days - {date.fromisoformat(day) for day in row["closed_days"].split(";") if day}


def _span(first: str, last: str) -> set[date]:
    return every_day(date.fromisoformat(first), date.fromisoformat(last))


@dataclass
class Review:
    """What the accepted acts of one term have done so far."""

    first_day: date
    follows: bool
    transition: bool
    eligible: bool
    stage: str = "waiting_for_date"
    meeting: date | None = None
    due: date | None = None
    held: bool = False
    written: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Section and role, and whether it came after the meeting."""
    unchecked: bool = False
    next_set: bool = False
    signed: set[str] = field(default_factory=set)
    returned: set[tuple[str, str]] = field(default_factory=set)
    signed_off: bool = False
    checked_in: bool = False
    receiving_invited: bool = False

    def owed_before(self) -> bool:
        """Whether the designated teacher still prepares."""
        needed = [section for section in _BEFORE_THE_MEETING if self._is_needed(section)]
        return self.unchecked or any(not self._has(section, DT) for section in needed)

    def owing(self) -> set[str]:
        """Who has something to do after the meeting: parts first, then signatures."""
        if not self.held or self.signed_off:
            return set()
        if self.returned:
            return {role for _, role in self.returned}
        return self.with_parts() or {SW, DT} - self.signed

    def with_parts(self) -> set[str]:
        """Whose part is incomplete."""
        owing = {
            role
            for section, roles in _OWNERS.items()
            for role in roles
            if self._is_needed(section) and not self._has(section, role, after=section == "previous_targets")
        }
        return owing | ({DT} if self.unchecked else set()) | (set() if self.next_set else {SW})

    def _is_needed(self, section: str) -> bool:
        asked = {"previous_targets": self.follows, "transition": self.transition, "grant": self.eligible}
        return asked.get(section, True)

    def _has(self, section: str, role: str, *, after: bool = False) -> bool:
        came = self.written.get((section, role))
        return came is not None and (came or not after)

    def take(self, action: str, body: Row, *, teacher: str) -> None:  # noqa: C901 - a line an act: a table
        """An accepted act of this term. `teacher` takes the designated teacher's part."""
        by = DT if body["by"] in ("pastoral", teacher) else body["by"]
        match action:
            case "arrange_meeting" | "move_meeting":
                self.meeting = date.fromisoformat(body["on"])
            case "record_meeting" | "review_without_meeting":
                self._record(body)
            case "submit":
                self._submit(body, by)
            case "check_targets":
                self.unchecked = False
            case "next_meeting":
                self.next_set = True
            case "sign" | "proxy_sign":
                signer = body.get("for", body["by"])
                self.signed.add(DT if signer == teacher else signer)
            case "return":
                self.signed = set()
                self.returned = {(one, role) for one in _sections(body["parts"]) for role in _OWNERS[one]}
            case "sign_off":
                self.signed_off = True
            case "reopen":
                self.signed_off, self.signed, self.returned = False, set(), set()
            case "check_in":
                self.checked_in = True
            case "invite":
                self.receiving_invited |= body["kind"] == "receiving_setting"

    def _record(self, body: Row) -> None:
        self.held, self.signed = bool(body.get("held", True)), set()
        self.meeting = date.fromisoformat(body["on"]) if self.held and "on" in body else None
        if body.get("targets_agreed") == "redefined":
            self.written.pop(("targets", DT), None)

    def _submit(self, body: Row, by: str) -> None:
        self.written[body["section"], by] = self.held
        self.returned.discard((body["section"], by))
        self.signed = set()
        if body["section"] == "targets":
            self.unchecked = body["by"] == "pastoral"


def _sections(parts: Iterable[str]) -> Iterator[str]:
    return ("targets" if part.startswith("target:") else part for part in parts)


@dataclass
class Child:
    """A row of the roll, and what became of it."""

    row: Mapping[str, str]
    year: str
    """The academic year in which the roll's year group is true."""
    people: dict[str, str]
    calendar: str | None
    """None once the child's school is not known from what was read."""
    reviews: dict[str, Review] = field(default_factory=dict)
    has_place: bool = True
    left: bool = False
    later: list[tuple[date, str, Row]] = field(default_factory=list)
    """Changes that hold from a day to come."""

    @classmethod
    def of(cls, row: Mapping[str, str], year: str) -> "Child":
        """As the roll has it."""
        people = {SW: row["social_worker_email"], DT: row["designated_teacher_email"]}
        people |= {"team_manager": row["team_manager_email"]}
        return cls(row, year, people, row["school_calendar"], has_place=bool(row["school_urn"]))

    @property
    def teacher(self) -> str:
        """Who takes the designated teacher's part."""
        return DT if self.has_place else VS

    def come_to(self, day: date) -> None:
        """Carry out what holds by that day."""
        due = sorted((one for one in self.later if one[0] <= day), key=lambda one: one[0])
        self.later = [one for one in self.later if one[0] > day]
        for _, action, body in due:
            self._change(action, body)

    def open(self, term: str, day: date) -> None:
        """A term's review opens."""
        others = [one for one in self.reviews.values() if one.stage != "missed"]
        follows = any(("targets", DT) in one.written for one in others)
        years = day.year - (day.month < 9) - int(self.year[:4])
        group = _YEAR_GROUPS[min(_YEAR_GROUPS.index(self.row["year_group"]) + years, len(_YEAR_GROUPS) - 1)]
        transition = group in ("N2", "Y6", "Y11") and term != "autumn"
        self.reviews[term] = Review(day, follows, transition, self.row["grant_eligible"] == "yes")

    def take(self, row: Row) -> None:
        """An accepted act."""
        action, body = row["action"], row.get("body")
        if action in ("change_school", "change_person", "leave_care"):
            self._change_from(action, body, date.fromisoformat(row["at"][:10]))
        elif body is not None and row["term"] in self.reviews:
            self.reviews[row["term"]].take(action, body, teacher=self.teacher)

    def _change_from(self, action: str, body: Row | None, today: date) -> None:
        if body is None:
            self.calendar = None if action == "change_school" else self.calendar
            return
        holds = date.fromisoformat(body.get("from") or body["on"])
        if holds > today:
            self.later.append((holds, action, body))
        else:
            self._change(action, body)

    def _change(self, action: str, body: Row) -> None:
        if action == "leave_care":
            self.left = True
        elif action == "change_person":
            self.people[body["role"]] = body["email"]
        else:
            self.has_place = body.get("school") is not None
            self.calendar = body.get("calendar", self.calendar)
            self.people[DT] = body.get("email", self.people[DT])

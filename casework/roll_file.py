"""The roll: one row a child in care (ACTS.md, Files; columns of `data/roll.csv`).

A child without a school place has no school and no designated teacher in the row, only the calendar to go by.
No sentence repeats a value of a row: once columns slip, a child's name could stand in any of them.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from casework.csv_file import HEADER_LINE, Checked, Findings, Row, read_rows
from rules.addresses import NOT_ONE, is_address
from rules.upn import has_known_area, why_no_upn
from rules.year_groups import YEAR_GROUPS, academic_year_of, usual_year_group
from store.schools import NO_SCHOOL, no_school_urn

COLUMNS = (
    "child_ref",
    "given_name",
    "family_name",
    "date_of_birth",
    "year_group",
    "upn",
    "entered_care_on",
    "school_urn",
    "school_name",
    "school_calendar",
    "designated_teacher",
    "designated_teacher_email",
    "social_worker",
    "social_worker_email",
    "team",
    "team_manager_email",
    "grant_eligible",
)
_OF_A_PLACE = ("school_urn", "school_name", "designated_teacher", "designated_teacher_email")
"""All of them empty: the child has no school place. One alone is a fault, as somebody began to fill them in."""
OLDEST = 25
"""Care leavers are supported up to 25; anybody older is a mistyped date of birth."""
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_URN = re.compile(r"[0-9]{1,8}")
_SHORTEST_NAME = 3
"""Shorter names are found in many references by chance."""
_CALENDARS_NAMED = 12


@dataclass(frozen=True, slots=True)
class RollPerson:
    """Somebody with an address, in lower case. The roll gives no name for team managers."""

    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RollSchool:
    """A school, or for a child without a place what stands for none: the calendar that the reviews go by."""

    urn: str
    name: str
    calendar: str


@dataclass(frozen=True, slots=True)
class RollChild:
    """One row of the roll that has no fault of its own."""

    line: int
    ref: str
    given_name: str
    family_name: str
    date_of_birth: date
    year_group: str
    upn: str | None
    entered_care_on: date
    school: RollSchool
    designated_teacher: RollPerson | None
    """None for a child without a school place."""
    social_worker: RollPerson
    team_manager: RollPerson
    team: str
    grant_eligible: bool

    @property
    def has_school_place(self) -> bool:
        """A school has a designated teacher; without one there is no school."""
        return self.designated_teacher is not None


def check_roll(
    content: bytes, known_calendars: Collection[str] | None, today: date, academic_year: str | None = None
) -> Checked[RollChild]:
    """Every fault of a roll. `known_calendars` are the codes that are stored, or for a dry run those of the term file;
    None when neither is at hand, which leaves the calendars unchecked and says so in a warning.

    `today` is the London date of the import; the year groups are those of `academic_year`, by default today's.
    """
    findings = Findings()
    if known_calendars is None:
        findings.warn(HEADER_LINE, "the school calendars were not checked: no term dates are at hand.")
    rows = read_rows(content, COLUMNS, findings)
    children = [child for row in rows if (child := _child(row, known_calendars, today)) is not None]
    _never_twice(rows)
    _one_of_each_school(rows)
    _one_name_an_address(rows)
    _warn_of_another_year(children, academic_year or academic_year_of(today), findings)
    return findings.checked(children)


def _child(row: Row, known_calendars: Collection[str] | None, today: date) -> RollChild | None:
    ref, given_name, family_name = _ref(row), row.needed("given_name"), row.needed("family_name")
    born, entered = _dates(row, today)
    year_group, upn = _one_of(row, "year_group", YEAR_GROUPS), _upn(row)
    has_place = any(row.optional(column) for column in _OF_A_PLACE)
    school = _school(row, known_calendars, has_place=has_place)
    designated_teacher = _person(row, "designated_teacher") if has_place else None
    social_worker = _person(row, "social_worker")
    team, team_manager = row.needed("team"), RollPerson(_email(row, "team_manager_email"))
    eligible = _one_of(row, "grant_eligible", ("yes", "no")) == "yes"
    if row.is_faulty or born is None or entered is None:
        return None
    return RollChild(
        line=row.line,
        ref=ref,
        given_name=given_name,
        family_name=family_name,
        date_of_birth=born,
        year_group=year_group,
        upn=upn,
        entered_care_on=entered,
        school=school,
        designated_teacher=designated_teacher,
        social_worker=social_worker,
        team_manager=team_manager,
        team=team,
        grant_eligible=eligible,
    )


def _ref(row: Row) -> str:
    ref = row.needed("child_ref")
    if ref and not _REF.fullmatch(ref):
        row.fault("child_ref must be at most 40 letters, digits, dots, hyphens or underscores without blanks")
    names = [row.optional(column).casefold() for column in ("given_name", "family_name")]
    if any(len(name) >= _SHORTEST_NAME and name in ref.casefold() for name in names):
        row.warn("child_ref contains the child's name; it will be seen in payment files, so choose one that does not")
    return ref


def _dates(row: Row, today: date) -> tuple[date | None, date | None]:
    born, entered = row.day("date_of_birth"), row.day("entered_care_on")
    if born is not None:
        if born > today:
            row.fault("date_of_birth lies in the future")
        elif _age(born, today) > OLDEST:
            row.fault(f"date_of_birth is more than {OLDEST} years ago; a roll has children and young people only")
    if born is not None and entered is not None and entered < born:
        row.fault("entered_care_on lies before date_of_birth")
    if entered is not None and entered > today:
        row.warn("entered_care_on lies in the future; look whether that is meant")
    return born, entered


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _one_of(row: Row, column: str, values: Sequence[str]) -> str:
    value = row.needed(column)
    if value and value not in values:
        row.fault(f"{column} must be one of {', '.join(values)}")
    return value


def _upn(row: Row) -> str | None:
    """Optional: unaccompanied children and those of independent schools often have none."""
    upn = row.optional("upn").upper()
    if not upn:
        return None
    if (reason := why_no_upn(upn)) is not None:
        row.fault(f"{reason}; look it up again")
    elif not has_known_area(upn):
        row.warn("the local authority in the upn (its characters 2 to 4) is not one of England or Wales that we know")
    return upn


def _person(row: Row, column: str) -> RollPerson:
    return RollPerson(_email(row, f"{column}_email"), row.needed(column))


def _school(row: Row, known_calendars: Collection[str] | None, *, has_place: bool) -> RollSchool:
    urn, name = (row.needed("school_urn"), row.needed("school_name")) if has_place else ("", NO_SCHOOL)
    calendar = row.needed("school_calendar")
    if urn and not _URN.fullmatch(urn):
        row.fault("school_urn must be the school's unique reference number, digits only")
    if calendar and known_calendars is not None and calendar not in known_calendars:
        row.fault(f"school_calendar is not known; {_known(known_calendars)}")
    return RollSchool(urn if has_place else no_school_urn(calendar), name, calendar)


def _known(calendars: Collection[str]) -> str:
    if not calendars:
        return "no term dates are known yet, so import them first"
    more = " and others" if len(calendars) > _CALENDARS_NAMED else ""
    named = ", ".join(sorted(calendars)[:_CALENDARS_NAMED])
    return f"known are {named}{more}; correct it, or import that school's term dates first"


def _email(row: Row, column: str) -> str:
    email = row.optional(column).lower()
    if not email:
        whose = column.removesuffix("_email").replace("_", " ")
        row.fault(f"{column} is missing; without an address no letter can reach the {whose}")
    elif not is_address(email):
        row.fault(f"{column} is {NOT_ONE}")
    return email


def _never_twice(rows: Sequence[Row]) -> None:
    refs = _earlier_line(rows, lambda row: row.optional("child_ref"))
    upns = _earlier_line(rows, lambda row: row.optional("upn").upper())
    births = _earlier_line(rows, _birth)
    for row in rows:
        if row.line in refs:
            row.fault(f"this child_ref stands on line {refs[row.line]} already; a child has one row")
        if row.line in upns:
            row.fault(f"this upn stands on line {upns[row.line]} already; a upn belongs to one child")
        if row.line in births and row.line not in refs:
            where = f"line {births[row.line]}"
            row.warn(f"a child of the same names and date of birth is on {where} already; look whether it is the same")


def _birth(row: Row) -> str:
    parts = [row.optional(column).casefold() for column in ("given_name", "family_name", "date_of_birth")]
    return "\n".join(parts) if all(parts) else ""


def _earlier_line(rows: Sequence[Row], key: Callable[[Row], str]) -> dict[int, int]:
    """For each line whose key stood on an earlier line: that earlier line. An empty key is none."""
    first: dict[str, int] = {}
    return {row.line: line for row in rows if key(row) and (line := first.setdefault(key(row), row.line)) != row.line}


def _one_of_each_school(rows: Sequence[Row]) -> None:
    """A school has one name, one calendar and one designated teacher, on whichever line it stands."""
    first: dict[str, Row] = {}
    same = {
        "school_name": "another name",
        "school_calendar": "another calendar",
        "designated_teacher_email": "another designated teacher",
    }
    for row in rows:
        if not (urn := row.optional("school_urn")):
            continue
        earlier = first.setdefault(urn, row)
        for column, what in same.items():
            here, there = row.optional(column).lower(), earlier.optional(column).lower()
            if here and there and here != there:
                row.fault(f"this school_urn stands with {what} on line {earlier.line}; correct one of the two")


def _one_name_an_address(rows: Sequence[Row]) -> None:
    first: dict[str, tuple[str, int]] = {}
    for row in rows:
        for column in ("designated_teacher", "social_worker"):
            name, email = row.optional(column), row.optional(f"{column}_email").lower()
            if not name or not email:
                continue
            earlier, line = first.setdefault(email, (name, row.line))
            if earlier != name:
                row.warn(f"the address in {column}_email stands with another name on line {line}; only one is kept")


def _warn_of_another_year(children: Sequence[RollChild], academic_year: str, findings: Findings) -> None:
    """A roll of last year's year groups would move every child down by one: that is worth a word."""
    unusual = [child for child in children if child.year_group != usual_year_group(child.date_of_birth, academic_year)]
    if len(unusual) > len(children) / 2:
        findings.warn(
            HEADER_LINE,
            f"{len(unusual)} of {len(children)} children are in another year group than children of their age are in "
            f"{academic_year}; is this the roll of another academic year?",
        )

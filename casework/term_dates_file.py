"""The file of term dates: one row a term of a school calendar (ACTS.md, Files; columns of `data/term_dates.csv`)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from casework.csv_file import Checked, Findings, Row, read_rows
from contracts.calendar import SchoolCalendar, Term, TermName
from rules.calendar import school_days_of
from rules.year_groups import start_of_academic_year

COLUMNS = (
    "calendar",
    "name",
    "academic_year",
    "term",
    "first_day",
    "last_day",
    "half_term_first",
    "half_term_last",
    "closed_days",
    "source",
)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 60
_LONGEST_DAY = 20
"""Longer than any way to write a day in figures."""
_YEARS = range(2000, 2100)
_SATURDAY = 5
_ORDER = tuple(TermName)
_EARLIEST, _LATEST = (8, 25), (8, 31)
"""A year's dates lie from 25 August to 31 August: Leicester's schools start in the last week of August."""


@dataclass(frozen=True, slots=True)
class CalendarTerm:
    """One term of one calendar. `line` is None for a term that is stored already."""

    calendar: str
    term: Term
    calendar_name: str = ""
    source: str = ""
    line: int | None = None
    verified: bool = True
    """False until somebody has confirmed what was read from a school's own calendar."""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.calendar, self.term.academic_year, self.term.name.value)


def check_terms(content: bytes, stored: Iterable[CalendarTerm] = ()) -> Checked[CalendarTerm]:
    """Every fault of a file of term dates. Terms that are `stored` and not in the file must not overlap with it."""
    findings = Findings()
    return findings.checked(terms_of(read_rows(content, COLUMNS, findings), findings, stored))


def terms_of(rows: Sequence[Row], findings: Findings, stored: Iterable[CalendarTerm] = ()) -> list[CalendarTerm]:
    """The terms of rows with these columns, wherever they come from; what is wrong with them goes to `findings`."""
    terms = [term for row in rows if (term := _calendar_term(row)) is not None]
    _same_term_twice(rows, findings)
    _one_name_a_calendar(terms, findings)
    in_file = {_key(row) for row in rows}
    _check_order([*terms, *(term for term in stored if term.key not in in_file)], findings)
    return terms


def _calendar_term(row: Row) -> CalendarTerm | None:
    calendar, name = row.needed("calendar"), row.needed("name")
    check_code(row, calendar)
    term = _term(row)
    if not row.optional("source"):
        row.warn("source is empty; say where the dates were published, so that somebody can check them")
    if term is None or row.is_faulty:
        return None
    return CalendarTerm(calendar, term, name, row.optional("source"), row.line)


def check_code(row: Row, calendar: str) -> None:
    """A fault where the code of a calendar is not written as one."""
    if calendar and not (_CODE.fullmatch(calendar) and len(calendar) <= _LONGEST_CODE):
        row.fault("calendar must be a short code of lower-case letters, digits and hyphens, like widmer-end")


def _term(row: Row) -> Term | None:
    year, name = _academic_year(row), _term_name(row)
    first, last = row.day("first_day"), row.day("last_day")
    half_first, half_last = row.optional_day("half_term_first"), row.optional_day("half_term_last")
    closed = _closed_days(row)
    if year is None or name is None or first is None or last is None or row.is_faulty:
        return None
    term = Term(year, name, first, last, half_first, half_last, closed)
    _check_year(row, term)
    if last < first:
        row.fault(f"the {term.label} is reversed: it ends on {last} before it starts on {first}")
    else:
        _check_within(row, term)
    return term


def _academic_year(row: Row) -> str | None:
    text = row.needed("academic_year")
    if not text:
        return None
    try:
        if start_of_academic_year(text) in _YEARS:
            return text
    except ValueError:
        pass
    row.fault("academic_year must be two years of this century that follow each other, written like 2026/27")
    return None


def _term_name(row: Row) -> TermName | None:
    text = row.needed("term")
    if text and text not in _ORDER:
        row.fault(f"term must be one of {', '.join(_ORDER)}")
    return TermName(text) if text in _ORDER else None


def _closed_days(row: Row) -> tuple[date, ...]:
    texts = dict.fromkeys(text.strip() for text in row.optional("closed_days").split(";") if text.strip())
    days = {day for text in texts if (day := row.read_day(f"{_shown(text)} in closed_days", text)) is not None}
    return tuple(sorted(days))


def _shown(text: str) -> str:
    """What stands there, as far as it can be a day."""
    return text if len(text) <= _LONGEST_DAY else f"{text[:_LONGEST_DAY]}..."


def _check_year(row: Row, term: Term) -> None:
    start = start_of_academic_year(term.academic_year)
    earliest, latest = date(start, *_EARLIEST), date(start + 1, *_LATEST)
    for column, day in (("first_day", term.first_day), ("last_day", term.last_day)):
        if not earliest <= day <= latest:
            row.fault(
                f"{column} {day} is not in the academic year {term.academic_year}, "
                f"whose terms lie between {earliest} and {latest}"
            )
        elif day.weekday() >= _SATURDAY:
            row.warn(f"{column} {day} is at a weekend; look whether that is meant")


def _check_within(row: Row, term: Term) -> None:
    _check_half_term(row, term)
    for day in term.closed_days:
        if not term.first_day <= day <= term.last_day:
            row.fault(f"the closed day {day} lies outside the {term.label}")
    if not row.is_faulty and not school_days_of(SchoolCalendar("", (term,), ()), term):
        row.fault(f"the {term.label} has no school day: half term and closed days take all of it")


def _check_half_term(row: Row, term: Term) -> None:
    first, last = term.half_term_first, term.half_term_last
    if first is None and last is None:
        return
    if first is None or last is None:
        row.fault("half_term_first and half_term_last belong together; give both or neither")
    elif last < first:
        row.fault(f"the half term is reversed: it ends on {last} before it starts on {first}")
    elif first < term.first_day or last > term.last_day:
        row.fault(f"the half term from {first} to {last} lies outside the {term.label}")


def _key(row: Row) -> tuple[str, str, str]:
    return row.optional("calendar"), row.optional("academic_year"), row.optional("term")


def _same_term_twice(rows: Sequence[Row], findings: Findings) -> None:
    first_line: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = _key(row)
        if all(key) and key in first_line:
            row.fault(f"this term of this calendar stands on line {first_line[key]} already; keep one of the two")
        first_line.setdefault(key, row.line)


def _one_name_a_calendar(terms: Sequence[CalendarTerm], findings: Findings) -> None:
    first: dict[str, CalendarTerm] = {}
    for term in terms:
        earlier = first.setdefault(term.calendar, term)
        if earlier.calendar_name != term.calendar_name and term.line is not None:
            findings.fault(term.line, f"the calendar {term.calendar} has another name on line {earlier.line}.")


def _check_order(terms: Sequence[CalendarTerm], findings: Findings) -> None:
    by_calendar = sorted(terms, key=lambda term: (term.calendar, term.term.first_day, term.term.last_day))
    for _, of_calendar in groupby(by_calendar, key=lambda term: term.calendar):
        longest: CalendarTerm | None = None
        for term in of_calendar:
            if longest is not None:
                _check_pair(longest, term, findings)
            if longest is None or term.term.last_day > longest.term.last_day:
                longest = term


def _check_pair(earlier: CalendarTerm, later: CalendarTerm, findings: Findings) -> None:
    """Two terms in the order in which they start: they must not overlap, and autumn comes before spring and summer."""
    new, other = (later, earlier) if later.line is not None else (earlier, later)
    if new.line is None or earlier.key == later.key:
        return
    where = "is stored already" if other.line is None else f"stands on line {other.line}"
    if later.term.first_day <= earlier.term.last_day:
        findings.fault(
            new.line,
            f"the {new.term.label} overlaps with the {other.term.label}, which {where} and lasts "
            f"from {other.term.first_day} to {other.term.last_day}.",
        )
    elif _place(later.term) < _place(earlier.term):
        findings.fault(
            new.line,
            f"the {later.term.label} starts after the {earlier.term.label}; the other one {where}. "
            "The terms of a year come in the order autumn, spring, summer.",
        )


def _place(term: Term) -> tuple[int, int]:
    return start_of_academic_year(term.academic_year), _ORDER.index(term.name)

"""Terms from the entries of a school's calendar: a first day, a last day and the half term between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework.csv_file import Findings
from casework.ics_events import Entry
from casework.ics_words import Says
from contracts.calendar import TermName
from rules.calendar import ONE_DAY, SATURDAY, days
from rules.year_groups import academic_year_from

_SHORTEST = 20
"""Days of an entry that is a whole term; a shorter one only names the term."""
_Key = tuple[str, TermName]


@dataclass(frozen=True, slots=True)
class Span:
    """A term of the file; all days are inclusive. `line` is where its first day was read."""

    academic_year: str
    term: TermName
    first: date
    last: date
    line: int
    half_term: tuple[date, date] | None = None

    @property
    def label(self) -> str:
        return f"{self.term.value} term {self.academic_year}"


@dataclass(frozen=True, slots=True)
class _Edge:
    day: date
    line: int


def spans_of(entries: Sequence[Entry], findings: Findings) -> list[Span]:
    """The terms of which first and last day are certain, in the order of the file."""
    first = _edges(entries, Says.TERM_BEGINS, findings)
    last = _edges(entries, Says.TERM_ENDS, findings)
    for key, edge in {**first, **last}.items():
        if (key in first) != (key in last):
            side, other = ("begins", "ends") if key in first else ("ends", "begins")
            findings.warn(
                edge.line,
                f"the {key[1].value} term {key[0]} {side} on {edge.day}, and the file does not say when it {other}; "
                "it was left out.",
            )
    spans = [Span(*key, edge.day, last[key].day, edge.line) for key, edge in first.items() if key in last]
    halves = [entry for entry in entries if entry.meaning.says is Says.HALF_TERM]
    return _with_half_terms(spans, halves, findings)


def school_week(first: date, last: date) -> list[date]:
    """The days from Monday to Friday among these."""
    return [day for day in days(first, last) if day.weekday() < SATURDAY]


def _edges(entries: Iterable[Entry], says: Says, findings: Findings) -> dict[_Key, _Edge]:
    edges: dict[_Key, _Edge] = {}
    for entry in entries:
        if entry.meaning.says not in (says, Says.TERM) or entry.meaning.term is None:
            continue
        if not _is_as_long_as_it_says(entry):
            if says is not Says.TERM_ENDS or entry.meaning.says is says:
                findings.warn(entry.line, _wrong_length(entry))
            continue
        day = entry.last if says is Says.TERM_ENDS else entry.first
        known = edges.setdefault(_key(entry.meaning.term, day), _Edge(day, entry.line))
        if known.day != day:
            findings.fault(
                entry.line,
                f"the {entry.meaning.term.value} {says.value} on {day} here and on {known.day} on line {known.line}; "
                "ask the school which is right and take the other out.",
            )
    return edges


def _is_as_long_as_it_says(entry: Entry) -> bool:
    length = (entry.last - entry.first).days + 1
    return length >= _SHORTEST if entry.meaning.says is Says.TERM else length == 1


def _wrong_length(entry: Entry) -> str:
    what = "a whole term" if entry.meaning.says is Says.TERM else "one day on which a term begins or ends"
    return f"an entry from {entry.first} to {entry.last} cannot be {what}; it was left out. Look it up."


def _key(term: TermName, day: date) -> _Key:
    """A year's autumn term is in the calendar year in which it starts, the other two in the next."""
    return academic_year_from(day.year if term is TermName.AUTUMN else day.year - 1), term


def _with_half_terms(spans: list[Span], entries: Iterable[Entry], findings: Findings) -> list[Span]:
    for entry in sorted(entries, key=lambda entry: entry.first):
        week = school_week(entry.first, entry.last)
        place = next((at for at, span in enumerate(spans) if _lies_in(entry, week, span)), None)
        if len(week) < 2 or place is None:
            findings.warn(entry.line, f"{_why_no_half_term(week)} ({entry.first}); it was left out. Look it up.")
            continue
        known = spans[place].half_term
        if known is not None and len(school_week(known[1] + ONE_DAY, week[0])) > 1:
            findings.fault(
                entry.line,
                f"the {spans[place].label} has a half term that ends on {known[1]} and another one that begins on "
                f"{week[0]}; ask the school which is right and take the other out.",
            )
            continue
        first, last = known or (week[0], week[-1])
        spans[place] = replace(spans[place], half_term=(first, max(last, week[-1])))
    return spans


def _lies_in(entry: Entry, week: list[date], span: Span) -> bool:
    named = entry.meaning.term
    return bool(week) and span.first <= week[0] and week[-1] <= span.last and named in (None, span.term)


def _why_no_half_term(week: list[date]) -> str:
    return "a half term lies in no term of this file" if len(week) > 1 else "a half term has one day only"

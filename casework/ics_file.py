"""A school's published calendar (.ics) as term dates and closed days (docs/calendars.md).

What its entries say becomes rows as the two CSV files have them, and is checked by the same rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework import closed_days_file, term_dates_file
from casework.closed_days_file import ClosedDayRow, Kind, closed_days_of
from casework.csv_file import HEADER_LINE, Fault, Findings, Row
from casework.ics_events import Entry, read_entries
from casework.ics_terms import Span, school_week, spans_of
from casework.ics_words import Says
from casework.term_dates_file import CalendarTerm, terms_of
from contracts.calendar import Term
from rules.calendar import in_half_term

_KINDS = {Says.INSET: Kind.INSET, Says.CLOSED: Kind.CLOSURE, Says.HOLIDAY: Kind.CLOSURE}
"""In this order, where two entries speak of one day."""
_TermKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever imports a school's calendar says of it."""

    calendar: str
    """The code under which it is kept."""
    name: str
    file_name: str
    verified: bool = False
    """Somebody has compared it with the school's own dates."""


@dataclass(frozen=True, slots=True)
class CheckedIcs:
    """What a file says. A file with any fault is not imported."""

    terms: tuple[CalendarTerm, ...]
    closed_days: tuple[ClosedDayRow, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def check_ics(content: bytes, asked: Asked, stored: Iterable[CalendarTerm] = ()) -> CheckedIcs:
    """Every fault of a school's calendar, and everything of it that was not read with certainty.

    `stored` are the terms of every calendar: what the file does not say of a term stays as it is.
    """
    findings, stored = Findings(), list(stored)
    entries = read_entries(content, asked.name, findings)
    source = entries.source or asked.file_name
    own = {term.key: term for term in stored if term.calendar == asked.calendar}
    rows = [_term_row(span, asked, source, own, findings) for span in spans_of(entries.found, findings)]
    terms = [replace(term, verified=asked.verified) for term in terms_of(rows, findings, stored)]
    known = _known(terms, own)
    closed = [
        _closed_row(entry.line, day, kind, asked, source, findings)
        for entry, day, kind in _days_closed(entries.found, known, findings)
    ]
    days = closed_days_of(closed, findings, {asked.calendar: known} if known else None)
    if entries.others:
        findings.warn(HEADER_LINE, f"{entries.others} entries say nothing of terms or closed days and were left out.")
    if not (rows or closed or findings.faults):
        findings.fault(HEADER_LINE, "no term and no closed day could be read with certainty, so nothing is imported.")
    checked = findings.checked(terms)
    return CheckedIcs(checked.rows, tuple(days), checked.faults, checked.warnings)


def _term_row(span: Span, asked: Asked, source: str, own: Mapping[_TermKey, CalendarTerm], findings: Findings) -> Row:
    """What the file says of a term; its half term and the closed days of its own row stay where it says nothing."""
    stored = own.get((asked.calendar, span.academic_year, span.term.value))
    first, last = span.half_term or _stored_half_term(span, stored, findings) or ("", "")
    closed = [day for day in (stored.term.closed_days if stored else ()) if span.first <= day <= span.last]
    values = {
        "calendar": asked.calendar,
        "name": asked.name,
        "academic_year": span.academic_year,
        "term": span.term.value,
        "first_day": str(span.first),
        "last_day": str(span.last),
        "half_term_first": str(first),
        "half_term_last": str(last),
        "closed_days": ";".join(map(str, closed)),
        "source": source,
    }
    return Row(span.line, {column: values[column] for column in term_dates_file.COLUMNS}, findings)


def _stored_half_term(span: Span, stored: CalendarTerm | None, findings: Findings) -> tuple[date, date] | None:
    term = stored.term if stored else None
    if term is None or term.half_term_first is None or term.half_term_last is None:
        findings.warn(span.line, f"the file names no half term in the {span.label}; ask the school whether it has one.")
        return None
    findings.warn(span.line, f"the file names no half term in the {span.label}; the one that is stored stays.")
    return term.half_term_first, term.half_term_last


def _known(terms: Iterable[CalendarTerm], own: Mapping[_TermKey, CalendarTerm]) -> list[Term]:
    by_key = {**own, **{term.key: term for term in terms}}
    return sorted((term.term for term in by_key.values()), key=lambda term: term.first_day)


def _days_closed(
    entries: Sequence[Entry], known: Sequence[Term], findings: Findings
) -> Iterator[tuple[Entry, date, Kind]]:
    """Each closed day once, from Monday to Friday."""
    met = set[date]()
    for says, kind in _KINDS.items():
        for entry in (entry for entry in entries if entry.meaning.says is says):
            days = school_week(entry.first, entry.last)
            if says is Says.HOLIDAY:
                days = _in_terms(entry, days, known, findings)
            yield from ((entry, day, kind) for day in days if day not in met)
            met.update(days)


def _in_terms(entry: Entry, days: list[date], known: Sequence[Term], findings: Findings) -> list[date]:
    """The days of a holiday that lie in a term and no half term: those between two terms need no row."""
    for term in known:
        if len(days) > 1 and (term.first_day in days or term.last_day in days):
            findings.fault(
                entry.line,
                f"a holiday from {entry.first} to {entry.last} lies over the first or last day of the {term.label}; "
                "ask the school which is right and correct the other.",
            )
    return [day for day in days if any(_is_taught(term, day) for term in known)]


def _is_taught(term: Term, day: date) -> bool:
    return term.first_day <= day <= term.last_day and not in_half_term(term, day)


def _closed_row(line: int, day: date, kind: Kind, asked: Asked, source: str, findings: Findings) -> Row:
    verified = "yes" if asked.verified else "no"
    values = dict(zip(closed_days_file.COLUMNS, (asked.calendar, str(day), kind.value, source, verified), strict=True))
    return Row(line, values, findings)

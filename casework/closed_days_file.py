"""The file of closed days: one row a day of a school calendar, a layer above its terms (docs/calendars.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.csv_file import Checked, Findings, Row, read_rows
from casework.term_dates_file import check_code
from contracts.calendar import Term

COLUMNS = ("calendar", "day", "kind", "source", "verified")
_VERIFIED = {"yes": True, "no": False}
_SATURDAY = 5

TermsByCalendar = Mapping[str, Sequence[Term]]
"""The terms that are known of each calendar; a calendar without any has an empty one."""


class Kind(StrEnum):
    """What a row says of a day."""

    INSET = "inset"
    """Staff are trained and pupils stay at home."""
    CLOSURE = "closure"
    OPEN = "open"
    """A correction: the school is open after all, and the day leaves this layer."""


@dataclass(frozen=True, slots=True)
class ClosedDayRow:
    """One day of one calendar."""

    calendar: str
    day: date
    kind: Kind
    source: str
    verified: bool
    line: int

    @property
    def key(self) -> tuple[str, date]:
        return self.calendar, self.day


def check_closed_days(content: bytes, known: TermsByCalendar | None = None) -> Checked[ClosedDayRow]:
    """Every fault of a file of closed days. Without `known` the calendars and their terms are not checked."""
    findings = Findings()
    return findings.checked(closed_days_of(read_rows(content, COLUMNS, findings), findings, known))


def closed_days_of(rows: Iterable[Row], findings: Findings, known: TermsByCalendar | None) -> list[ClosedDayRow]:
    """The days of rows with these columns, wherever they come from; what is wrong with them goes to `findings`."""
    days = [day for row in rows if (day := _closed_day(row)) is not None]
    _same_day_twice(days, findings)
    for day in days:
        _check_known(day, findings, known)
    return days


def _closed_day(row: Row) -> ClosedDayRow | None:
    calendar, day = row.needed("calendar"), row.day("day")
    check_code(row, calendar)
    kind, verified = _kind(row), _verified(row)
    if not row.optional("source"):
        row.warn("source is empty; say where the day was published, so that somebody can check it")
    if day is not None and day.weekday() >= _SATURDAY:
        row.warn(f"{day} is at a weekend; look whether that is meant")
    if day is None or kind is None or verified is None or row.is_faulty:
        return None
    return ClosedDayRow(calendar, day, kind, row.optional("source"), verified, row.line)


def _kind(row: Row) -> Kind | None:
    text = row.needed("kind")
    if text and text not in tuple(Kind):
        row.fault(f"kind must be one of {', '.join(Kind)}")
    return Kind(text) if text in tuple(Kind) else None


def _verified(row: Row) -> bool | None:
    text = row.needed("verified")
    if text and text not in _VERIFIED:
        row.fault("verified must be yes or no")
    return _VERIFIED.get(text)


def _same_day_twice(days: Sequence[ClosedDayRow], findings: Findings) -> None:
    first_line: dict[tuple[str, date], int] = {}
    for day in days:
        earlier = first_line.setdefault(day.key, day.line)
        if earlier != day.line:
            findings.fault(
                day.line, f"this day of this calendar stands on line {earlier} already; keep one of the two."
            )


def _check_known(day: ClosedDayRow, findings: Findings, known: TermsByCalendar | None) -> None:
    if known is None:
        return
    if day.calendar not in known:
        findings.fault(day.line, f"there is no school calendar {day.calendar}; import its term dates first.")
        return
    term = next((term for term in known[day.calendar] if term.first_day <= day.day <= term.last_day), None)
    if term is None:
        findings.warn(day.line, f"{day.day} is in no term of {day.calendar} that is known; it closes no school day.")
    elif day.kind is Kind.OPEN and day.day in term.closed_days:
        findings.warn(day.line, f"{day.day} stays closed: the term dates say so, and are corrected by importing them.")

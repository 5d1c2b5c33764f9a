"""The entries of a calendar file (.ics, RFC 5545) that close a school or frame a term, and what else was met."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from icalendar import Calendar, Component, Event

from casework.csv_file import HEADER_LINE, Findings
from casework.ics_words import Meaning, Says, meaning_of

_BEGINS = re.compile(rb"^BEGIN:VEVENT[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LONGEST_SOURCE = 1000
_NO_CALENDAR = "this is no calendar file; ask the school for the address of its calendar and save what is there."
_UNREADABLE_TITLE = "an entry about terms or closed days has a title that cannot be read with certainty"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was read. Days are London dates, both inclusive; `line` is where it begins in the file."""

    line: int
    meaning: Meaning
    first: date
    last: date


@dataclass(slots=True)
class Entries:
    """What a file has."""

    source: str = ""
    """The address that the file gives for itself; empty where it gives none."""
    found: list[Entry] = field(default_factory=list)
    others: int = 0
    """Entries that say nothing of terms or closed days."""


def read_entries(content: bytes, name: str, findings: Findings) -> Entries:
    """The entries about terms and closed days. What cannot be read goes to `findings`, by the line of its entry.

    No sentence repeats a title: a school's calendar may name people.
    """
    calendar = _calendar(content)
    if calendar is None:
        findings.fault(HEADER_LINE, _NO_CALENDAR)
        return Entries()
    entries = Entries(_address(calendar))
    for line, event in _events(content, calendar):
        meaning = meaning_of(str(event.get("SUMMARY", "")), name)
        if meaning.says is Says.NOTHING:
            entries.others += 1
        elif (entry := _entry(line, event, meaning, findings)) is not None:
            entries.found.append(entry)
    return entries


def _calendar(content: bytes) -> Component | None:
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, KeyError, IndexError):
        return None
    return calendar if isinstance(calendar, Component) and calendar.name == "VCALENDAR" else None


def _address(calendar: Component) -> str:
    url = str(calendar.get("URL", "")).strip()
    return url if url.isprintable() and len(url) <= _LONGEST_SOURCE else ""


def _events(content: bytes, calendar: Component) -> Iterator[tuple[int, Event]]:
    """Every entry with the line on which it begins."""
    lines = [content[: match.start()].count(b"\n") + 1 for match in _BEGINS.finditer(content)]
    events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    yield from zip(lines if len(lines) == len(events) else [HEADER_LINE] * len(events), events, strict=True)


def _entry(line: int, event: Event, meaning: Meaning, findings: Findings) -> Entry | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        findings.warn(line, "an entry about terms or closed days is cancelled; it was left out.")
        return None
    days = _days(event)
    why = _UNREADABLE_TITLE if meaning.says is Says.UNCERTAIN else _why_uncertain(event, days)
    if why is None and days is not None:
        return Entry(line, meaning, *days)
    when = f" ({days[0]})" if days else ""
    findings.warn(line, f"{why}{when}; it was left out. Look it up, and add its days by hand if they matter.")
    return None


def _why_uncertain(event: Event, days: tuple[date, date] | None) -> str | None:
    """Why the days of an entry are not certain; None when they are."""
    if str(event.get("STATUS", "")).upper() == "TENTATIVE":
        return "an entry about terms or closed days is not fixed yet"
    if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        return "an entry about terms or closed days repeats"
    if days is None:
        return "an entry about terms or closed days has no whole days from a first to a later end"
    return None


def _days(event: Event) -> tuple[date, date] | None:
    """The first and the last day of an entry of whole days. In the file the end is the day after the last."""
    try:
        first, end = event.start, event.end
    except (ValueError, KeyError, AttributeError):
        return None
    if isinstance(first, datetime) or isinstance(end, datetime) or end <= first:
        return None
    return first, end - timedelta(days=1)

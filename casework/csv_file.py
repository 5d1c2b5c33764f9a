"""Reading a CSV file that somebody made in a spreadsheet: what is wrong with it stands on a line of its own.

A sentence about a roll never repeats what stands in a row: a column that slipped would put a child's name into it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_FIELD = 1000
_QUOTES = "a quotation mark is not closed or stands where it should not; correct it. The lines below were not read."
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Invisible, but part of how some names are spelled."""
HEADER_LINE = 1

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, or for a warning what looks wrong. The header is line 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Checked(Generic[Item]):
    """What a file says. `rows` are those without a fault of their own; a file with any fault is not imported."""

    rows: tuple[Item, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(slots=True)
class Findings:
    """Collects what is found wrong while a file is checked."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, line: int, reason: str) -> None:
        self.faults.append(Fault(line, reason))

    def warn(self, line: int, reason: str) -> None:
        self.warnings.append(Fault(line, reason))

    def checked(self, rows: Sequence[Item]) -> Checked[Item]:
        return Checked(tuple(rows), _in_order(self.faults), _in_order(self.warnings))


class Row:
    """One row under the header: its values by column, and the reading of each kind of value."""

    def __init__(self, line: int, values: dict[str, str], findings: Findings) -> None:
        self.line = line
        self._values = values
        self._findings = findings
        self.is_faulty = False

    def fault(self, reason: str) -> None:
        self.is_faulty = True
        self._findings.fault(self.line, f"{reason}.")

    def warn(self, reason: str) -> None:
        self._findings.warn(self.line, f"{reason}.")

    def optional(self, column: str) -> str:
        """The value without the blanks around it; empty when nothing is given."""
        return self._values.get(column, "")

    def needed(self, column: str) -> str:
        """The value; a fault when it is empty."""
        value = self.optional(column)
        if not value:
            self.fault(f"{column} is empty; fill it in")
        return value

    def day(self, column: str) -> date | None:
        """A date that must be there."""
        return self.read_day(column, value) if (value := self.needed(column)) else None

    def optional_day(self, column: str) -> date | None:
        return self.read_day(column, value) if (value := self.optional(column)) else None

    def read_day(self, column: str, value: str) -> date | None:
        """A date as `2026-09-03`; a fault when it is written in another way or is no day of the calendar."""
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault(f"{column} is not a date of the calendar, written year-month-day like 2026-09-03")
        return None


def read_rows(
    content: bytes, columns: tuple[str, ...], findings: Findings, may_miss: frozenset[str] = frozenset()
) -> list[Row]:
    """The rows under a header that has exactly these columns, in any order; those of `may_miss` may be left out.

    What cannot be read goes to `findings`.
    """
    text = _decoded(content, findings)
    if text is None:
        return []
    records = _records(text, findings)
    line, header = next(records, (HEADER_LINE, []))
    if not header:
        findings.fault(HEADER_LINE, f"the file is empty; it needs a header with the columns {', '.join(columns)}.")
        return []
    there = tuple(name for name in columns if name not in may_miss or name in header)
    if not _header_is_right(line, header, there, findings):
        return []
    rows = [row for line, fields in records if (row := _row(line, header, fields, findings)) is not None]
    if not rows and not findings.faults:
        findings.fault(line, "there is no row below the header, so there is nothing to import.")
    return rows


def _decoded(content: bytes, findings: Findings) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        findings.fault(line, 'the file is not UTF-8 text; save it as "CSV UTF-8" and import it again.')
        return None


def _records(text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        starts_on = reader.line_num + 1
        try:
            fields = [value.strip() for value in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            findings.fault(starts_on, _QUOTES)
            return
        if any(fields):
            yield starts_on, fields


def _header_is_right(line: int, header: list[str], columns: tuple[str, ...], findings: Findings) -> bool:
    known = [name for name in columns if name in header]
    if len(known) * 2 < len(columns):
        hint = "; the columns must be separated by commas" if len(header) == 1 else ""
        findings.fault(line, f"this is not the header; it must name the columns {', '.join(columns)}{hint}.")
        return False
    for name in columns:
        if name not in header:
            findings.fault(line, f"the column {name} is missing; add it.")
    for name in sorted({name for name in header if header.count(name) > 1}):
        findings.fault(line, f"the column {name or 'without a name'} stands there more than once; keep one.")
    for name in sorted(set(header) - set(columns)):
        findings.fault(line, f"the column {name or 'without a name'} is not known; take it out.")
    return set(columns) <= set(header) and len(set(header)) == len(header)


def _row(line: int, header: list[str], fields: list[str], findings: Findings) -> Row | None:
    if len(fields) != len(header):
        findings.fault(
            line,
            f"this line has {len(fields)} fields and the header {len(header)}; "
            "a comma is missing or too many, or a text with a comma is not in quotes.",
        )
        return None
    row = Row(line, dict(zip(header, fields, strict=True)), findings)
    for column, value in zip(header, fields, strict=True):
        if _has_invisible(value):
            row.fault(f"{column} contains a line break, a tab or another invisible character; take it out")
        if len(value) > _LONGEST_FIELD:
            row.fault(f"{column} is longer than {_LONGEST_FIELD} characters; shorten it")
    return row


def _has_invisible(value: str) -> bool:
    return any(unicodedata.category(letter) in _INVISIBLE and letter not in _JOINERS for letter in value)


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.line))

"""A journal as a time line for people: by day, a line an event, children by their references only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]

SHORT = 400
"""Rows of a journal that are told one by one. A longer one is folded: what matters, and by day whom it happened to."""
_NAMED = 8
"""Children that a folded line names."""
_TELLING_LETTERS = frozenset({"escalation", "completion_overdue", "returned"})
_TELLING_ACTS = frozenset({"move_meeting", "return", "leave_care", "change_school", "reopen"})


@dataclass(frozen=True, slots=True)
class Line:
    """`when` is the London time, empty where a line is about a day."""

    when: str
    children: str
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    lines: list[Line]


def timeline(journal: Sequence[Row]) -> Iterator[Day]:
    """The days on which something happened, in order."""
    fold = _folded if len(journal) > SHORT else _one_by_one
    for day, rows in groupby(journal, key=lambda row: row["at"][:10]):
        lines = fold(list(rows))
        if lines:
            yield Day(date.fromisoformat(day), lines)


def _one_by_one(rows: list[Row]) -> list[Line]:
    """Every row; the deadlines that are set together stand on one line."""
    lines = []
    for (at, child, is_deadline), together in groupby(rows, key=lambda row: (row["at"], row["child"], _sets(row))):
        found = list(together)
        texts = ["; ".join(map(_text, found))] if is_deadline else [_text(row) for row in found]
        for row, text in zip(found, texts, strict=False):
            lines.append(Line(at[11:16], child, text, row["what"]))
    return lines


def _folded(rows: list[Row]) -> list[Line]:
    """What matters of a day: one line for what happened, with whom it happened to."""
    children: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        if _matters(row):
            children[row["what"], _text(row)][row["child"]] = None
    return [Line("", _named(list(refs)), text, what) for (what, text), refs in children.items()]


def _named(refs: list[str]) -> str:
    more = len(refs) - _NAMED
    return ", ".join(refs[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _sets(row: Row) -> bool:
    return bool(row["what"] == "deadline")


def _matters(row: Row) -> bool:
    match row["what"]:
        case "deadline":
            return False
        case "letter":
            return row["kind"] in _TELLING_LETTERS
        case "accepted":
            return row["action"] in _TELLING_ACTS
        case _:
            return True


def _text(row: Row) -> str:
    match row["what"]:
        case "opened":
            return f"{row['term']} review opens"
        case "stage":
            return f"{row['term']}: {_words(row['stage'])}"
        case "deadline":
            return f"{_words(row['name'])} {row['on']}"
        case "accepted":
            return _words(row["action"])
        case "refused":
            return f"{_words(row['action'])} refused ({', '.join(row['rules'])}): {' '.join(row['sentences'])}"
        case "letter":
            level = f", level {row['level']}" if "level" in row else ""
            return f"letter {_words(row['kind'])}{level} to {_words(row['to'])}"
        case "grant" | "funding" as what:
            return f"{what} of £{row['pence'] / 100:,.2f} released"
        case "missed":
            return f"{row['term']} missed: {row['why']}"
        case what:
            return _words(what)


def _words(name: str) -> str:
    return name.replace("_", " ")

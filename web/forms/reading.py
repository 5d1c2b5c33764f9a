"""From what a browser sends to the fields of an act, and back again from a stored act to what a form shows.

A browser sends every field as texts: `actions-0-what` is the first line's field `what`, `on-day` a part of a date.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from store.drafts import Typed
from web.forms.fields import Field, Kind, Lines, Part

PARTS_OF_A_DAY = ("day", "month", "year")
_MONEY = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer. `name` is the field's on the page, for the link that leads there."""

    name: str
    sentence: str


class Unanswerable(Exception):
    """An answer that is not of its field's kind. Its text is a sentence for whoever typed it."""


def read(parts: Sequence[Part], typed: Typed, prefix: str = "") -> tuple[dict[str, Any], list[Fault]]:
    """The act's fields and what is wrong with the answers. Nothing typed is changed."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for part in parts:
        if isinstance(part, Lines):
            values[part.name], wrong = _read_lines(part, typed, prefix)
        else:
            answer, wrong = _read_field(part, typed, prefix + part.name)
            if answer is not None:
                values[part.name] = answer
        faults += wrong
    return values, faults


def _read_lines(lines: Lines, typed: Typed, prefix: str) -> tuple[list[dict[str, Any]], list[Fault]]:
    found: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number in range(count_of(lines, typed, prefix)):
        inside = line_prefix(lines, prefix, number)
        if not lines.fixed and is_blank(lines.fields, typed, inside):
            continue
        values, wrong = read(lines.fields, typed, inside)
        found.append({lines.numbered: number + 1, **values} if lines.numbered else values)
        faults += wrong
    return found, faults


def _read_field(field: Field, typed: Typed, name: str) -> tuple[Any, list[Fault]]:
    try:
        answer = _answer(field, typed, name)
    except Unanswerable as error:
        return None, [Fault(name, str(error))]
    if answer is None and field.needed:
        asks = "Choose an answer for" if field.choices or field.kind is Kind.YES_NO else "Fill in"
        return None, [Fault(name, f"{asks} “{field.label}”.")]
    return answer, []


def _answer(field: Field, typed: Typed, name: str) -> Any:
    if field.kind is Kind.GIVEN:
        return int(field.given) if field.whole_number else field.given
    if field.kind is Kind.CHOICES:
        return _known(field, typed.get(name, ())) or None
    if field.kind is Kind.DAY:
        return _day(field, typed, name)
    text = first(typed, name)
    if not text:
        return None
    match field.kind:
        case Kind.NAMES:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Kind.MONEY:
            return pence(text, field.label)
        case Kind.TIME:
            return _time(field, text)
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(text)
        case Kind.CHOICE | Kind.SELECT:
            return text if field.open_ended else next(iter(_known(field, [text])), None)
    return text


def _known(field: Field, texts: Sequence[str]) -> list[Any]:
    known = [choice.value for choice in field.choices if choice.value in texts]
    return [int(value) for value in known] if field.whole_number else known


def _day(field: Field, typed: Typed, name: str) -> str | None:
    texts = [first(typed, f"{name}-{part}") for part in PARTS_OF_A_DAY]
    if not any(texts):
        return None
    try:
        day, month, year = (int(text) for text in texts)
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unanswerable(f"“{field.label}” must be a real date: day, month and year, such as 14 10 2026.") from None


def _time(field: Field, text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unanswerable(f"“{field.label}” must be a time on the 24-hour clock, such as 14:00.")
    return f"{int(found[1]):02}:{found[2]}"


def pence(text: str, label: str) -> int:
    """Whole pence from pounds as people write them: `£1,500`, `300.50`. Raises Unanswerable."""
    plain = text.replace("£", "").replace(",", "").replace(" ", "")
    if not _MONEY.fullmatch(plain):
        raise Unanswerable(f"“{label}” must be a sum in pounds, such as 300 or 12.50.")
    try:
        return int(Decimal(plain) * 100)
    except InvalidOperation:
        raise Unanswerable(f"“{label}” must be a sum in pounds, such as 300 or 12.50.") from None


def count_of(lines: Lines, typed: Typed, prefix: str) -> int:
    """How many lines a form shows: those that were sent, and never fewer than it has when it is empty."""
    if lines.fixed:
        return lines.shown
    begins = re.compile(re.escape(prefix + lines.name) + r"-(\d{1,3})-")
    sent = [int(found[1]) + 1 for found in map(begins.match, typed) if found]
    return min(lines.most, max([lines.shown, *sent]))


def line_prefix(lines: Lines, prefix: str, number: int) -> str:
    """What the names of a line's fields begin with. `number` counts from 0."""
    return f"{prefix}{lines.name}-{number}-"


def is_blank(parts: Sequence[Part], typed: Typed, prefix: str) -> bool:
    """Whether nothing is typed in a line."""
    own = {name for name in typed if name.startswith(prefix)}
    given = {prefix + part.name for part in parts if isinstance(part, Field) and part.kind is Kind.GIVEN}
    return not any(first(typed, name) for name in own - given)


def first(typed: Typed, name: str) -> str:
    """A field's text without the blanks around it; nothing where it was not sent."""
    return next(iter(typed.get(name, ())), "").strip()


def typed_of(parts: Sequence[Part], values: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """What a browser would send for these fields of an act: so that what was written is there to be changed."""
    found: dict[str, list[str]] = {}
    for part in parts:
        value = values.get(part.name)
        if value is None:
            continue
        if isinstance(part, Lines):
            for number, line in enumerate(value):
                found |= typed_of(part.fields, line, line_prefix(part, prefix, number))
        else:
            found |= dict(_texts(part, prefix + part.name, value))
    return found


def _texts(field: Field, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    match field.kind:
        case Kind.DAY:
            day = date.fromisoformat(value)
            for part, number in zip(PARTS_OF_A_DAY, (day.day, day.month, day.year), strict=True):
                yield f"{name}-{part}", [str(number)]
        case Kind.MONEY:
            yield name, [f"{value // 100}" if value % 100 == 0 else f"{value / 100:.2f}"]
        case Kind.YES_NO:
            yield name, ["yes" if value else "no"]
        case Kind.CHOICES:
            yield name, [str(one) for one in value]
        case Kind.NAMES:
            yield name, ["\n".join(value)]
        case _:
            yield name, [str(value)]

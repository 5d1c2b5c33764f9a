"""A form as its template shows it: every field with what is typed in it and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from store.drafts import Typed
from web.forms.fields import Field, Kind, Lines, Part
from web.forms.reading import PARTS_OF_A_DAY, Fault, count_of, line_prefix
from web.look.environment import TEMPLATES

ADD = "add:"
"""The button that adds a line is called so, with the list's name behind it: it works without JavaScript."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """One question with its answer so far."""

    field: Field
    name: str
    texts: Sequence[str]
    parts: Sequence[str]
    """Of a date: day, month and year."""
    error: str | None
    is_lines: bool = False

    @property
    def text(self) -> str:
        return next(iter(self.texts), "")

    @property
    def html(self) -> Markup:
        """The component of the GOV.UK Design System that fits the field's kind, with the answer in it."""
        if self.field.kind in _CHOSEN:
            return Markup(_component(self.field, self.name, self.error, tuple(self.texts)))  # noqa: S704 - ours
        answers = [self.text, *self.parts]
        made = _component(self.field, self.name, self.error, ())
        return Markup(_MARK.sub(lambda found: escape(answers[int(found[1])]), made))  # noqa: S704 - answers are escaped

    @property
    def link(self) -> str:
        """What an error links to: the first thing that can be filled in."""
        return f"{self.name}-day" if self.field.kind is Kind.DAY else self.name


@dataclass(frozen=True, slots=True)
class ShownLines:
    """A list with its lines so far."""

    lines: Lines
    name: str
    rows: Sequence[Sequence["Shown"]]
    is_lines: bool = field(default=True)

    @property
    def can_grow(self) -> bool:
        return not self.lines.fixed and len(self.rows) < self.lines.most


Shown = ShownField | ShownLines
_CHOSEN = frozenset({Kind.YES_NO, Kind.CHOICE, Kind.CHOICES, Kind.SELECT})
"""Kinds whose answer is one of what the field offers."""
_MARKS = [f"\ue000{number}\ue001" for number in range(1 + len(PARTS_OF_A_DAY))]
"""Stand where the typed text, or day, month and year, belong. Private-use characters, which no label has."""
_MARK = re.compile("\ue000(\\d)\ue001")


@lru_cache(maxsize=4096)
def _component(field: Field, name: str, error: str | None, chosen: tuple[str, ...]) -> str:
    """A field's HTML with marks instead of what is typed.

    A component takes about a millisecond, a form has a hundred of them, and but for the answers they are the same for
    everybody: so each is made once. What is typed is not kept here.
    """
    shown = ShownField(field, name, chosen or _MARKS[:1], _MARKS[1:], error)
    macro: Any = TEMPLATES.get_template("forms/field.html").module
    return str(macro.show_field(shown))


def show(parts: Sequence[Part], typed: Typed, faults: Sequence[Fault] = (), prefix: str = "") -> list[Shown]:
    """Every part of a form with what was typed. A press of "Add another" has added its line already."""
    return [
        _lines(part, typed, faults, prefix) if isinstance(part, Lines) else _field(part, typed, faults, prefix)
        for part in parts
        if isinstance(part, Lines) or part.kind is not Kind.GIVEN
    ]


def _field(part: Field, typed: Typed, faults: Sequence[Fault], prefix: str) -> ShownField:
    name = prefix + part.name
    error = next((fault.sentence for fault in faults if fault.name == name), None)
    days = [next(iter(typed.get(f"{name}-{one}", ())), "") for one in PARTS_OF_A_DAY]
    return ShownField(part, name, typed.get(name, ()), days, error)


def _lines(part: Lines, typed: Typed, faults: Sequence[Fault], prefix: str) -> ShownLines:
    name = prefix + part.name
    count = count_of(part, typed, prefix)
    if f"{ADD}{name}" in typed.get("press", ()):
        count = min(part.most, count + 1)
    rows = [show(part.fields, typed, faults, line_prefix(part, prefix, number)) for number in range(count)]
    return ShownLines(part, name, rows)

"""Where on a form a sentence of the rules leads: to the target or field that it names, else to the first question."""

import re

from rules.findings import Finding
from web.epep.asking import Asked
from web.epep.saying import field_of
from web.forms.fields import Field, Kind, Lines, Part
from web.forms.reading import line_prefix

_TARGET = re.compile(r"\btarget (\d)\b", re.IGNORECASE)


def link_of(asked: Asked, finding: Finding) -> str | None:
    """A link to the first field that the sentence is about. None on a form that asks nothing."""
    named = _TARGET.search(finding.sentence)
    for part in asked.parts:
        if part.name in (f"exception_{finding.rule}", field_of(finding)) and not named:
            return _first((part,), "")
        if isinstance(part, Lines) and part.numbered and named:
            number = min(int(named[1]), part.shown) - 1
            return _first(part.fields, line_prefix(part, "", number))
    return _first(asked.parts, "")


def _first(parts: tuple[Part, ...], prefix: str) -> str | None:
    for part in parts:
        if isinstance(part, Lines):
            return _first(part.fields, line_prefix(part, prefix, 0))
        if isinstance(part, Field) and part.kind is not Kind.GIVEN:
            return f"#{prefix}{part.name}" + ("-day" if part.kind is Kind.DAY else "")
    return None

"""A sentence of the rules as a page says it: fields by their labels, without what is for a script."""

import re
from collections.abc import Sequence

from rules.findings import Finding
from web.forms.fields import Part

_FOR_SCRIPTS = re.compile(r", (without|in) quotation marks|: £500 is 50000")
_ONE_OR_NONE = ("give the next date, or `none` with a reason", "choose it, or say that there is none and why")
_PLACE = re.compile(r"^(?:content\.)?([a-z_]+)(?:, line (\d+))?(?:[,.] ?([a-z_]+))?: ")


def saying(parts: Sequence[Part], finding: Finding) -> str:
    """`on: not a date; ...` becomes `“Date of the meeting”: not a date; ...`. Other rules speak to people already."""
    if finding.rule != "FORM":
        return finding.sentence
    sentence = _FOR_SCRIPTS.sub("", finding.sentence).replace(*_ONE_OR_NONE)
    found = _PLACE.match(sentence)
    if found is None:
        return sentence
    rest = sentence[found.end() :]
    if rest.startswith("say "):
        return rest[:1].upper() + rest[1:]
    label = next((part.label for part in parts if part.name == found[1]), None)
    if label is None:
        return rest[:1].upper() + rest[1:]
    line = f", line {found[2]}" if found[2] else ""
    return f"“{label}”{line}: {rest}"


def field_of(finding: Finding) -> str | None:
    """The field that a FORM sentence names first; None for other rules, which speak of the matter."""
    found = _PLACE.match(finding.sentence) if finding.rule == "FORM" else None
    return found[1] if found else None

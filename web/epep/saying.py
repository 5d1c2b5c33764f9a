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
    label = next((part.label for part in parts if part.name == found[1]), None)
    rest = sentence[found.end() :]
    if label is None:
        return rest[:1].upper() + rest[1:]
    line = f", line {found[2]}" if found[2] else ""
    return f"“{label}”{line}: {rest}"

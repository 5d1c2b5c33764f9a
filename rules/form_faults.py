"""What does not fit a form, as sentences: which field, and what is wanted there, with an example (ACTS.md, `FORM`).

A sentence is for whoever filled the form in, be it in a hurry or with a script: no words of the library that found it,
nothing that was typed, and lines counted from 1.
"""

import re
from typing import Any

from rules.findings import Finding
from rules.form_parts import CLOCK_TIME, CODE, SOMETHING

_BEGINS_WITH_FIELDS = re.compile(r"[a-z_]+(, [a-z_]+)*: ")
_NOTHING = "nothing is written here yet; fill it in"
_WANTED = {
    "missing": "this field is needed; fill it in",
    "extra_forbidden": "this act has no such field; leave it out",
    "bool_type": "write true for yes or false for no, without quotation marks",
    "bool_parsing": "write true for yes or false for no, without quotation marks",
    "string_type": "write text, in quotation marks",
    "string_too_short": _NOTHING,
    "string_too_long": "too long; write {max_length:,} characters at most",
    "too_short": "too few; give at least {min_length}",
    "too_long": "too many; give {max_length} at most",
}
_ANYTHING_ELSE = "not what this field takes; correct it"
_OF_A_PATTERN = {
    CLOCK_TIME: "not a time; write it as 14:00",
    CODE: "not the code of a school calendar; write it as widmer-end",
    SOMETHING: _NOTHING,
}
_OF_SEVERAL_KINDS = {
    "answer": "write a few words, or true for yes and false for no",
    "child": "write the child's reference, or true",
    "reasons": 'write the reason as text, or a list of reasons, such as ["No measure.", "Too dear."]',
}
"""Fields that take one of several kinds: the library has something to say for each, a reader wants one sentence."""
_EXAMPLES = {
    "content": '{"words": "I like maths."}',
    "parts": '"grant", "target:1"',
    "targets": "1, 2",
    "actions": '{"what": "lend a laptop", "owner": "the SENCO", "by": "2026-11-02"}',
    "exceptions": '{"rule": "B9", "reason": "in hospital until December"}',
    "content.lines": '{"target": 1, "what": "a tutor", "pence": 30000}',
    "content.outcomes": '{"number": 1, "outcome": "met", "impact": "reads more"}',
    "content.targets": '{"number": 1, "kind": "academic", "what": "multiply fractions"}',
    "content.targets.strategies": '{"what": "a small group", "kind": "pupil_premium"}',
    "content.targets.drafted_with": '"the maths teacher"',
    "content.targets.covers": '"homework"',
}
"""What belongs into a list, or what is written by the names of its fields."""
_LIMITS = {
    "greater_than": ", more than {gt:,}",
    "greater_than_equal": ", {ge:,} or more",
    "less_than_equal": ", {le:,} at most",
}


def fault_in(fault: Any, place: tuple[int | str, ...]) -> Finding:
    """A fault that the library found. The name of a field that there is none of was typed: the history has it not."""
    sentence = sentence_of(fault, place)
    if fault["type"] != "extra_forbidden":
        return Finding("FORM", sentence)
    return Finding("FORM", sentence, recorded=sentence_of(fault, (*place[:-1], "an unknown field")))


def sentence_of(fault: Any, place: tuple[int | str, ...]) -> str:
    """A fault that the library found, as a sentence: where it is, and what to do."""
    where = _without_kinds(place)
    if fault["type"] == "value_error":
        words = str(fault["ctx"]["error"])
        return words if _BEGINS_WITH_FIELDS.match(words) else f"{_path(where)}: {words}"
    if len(where) < len(place) and where[-1] in _OF_SEVERAL_KINDS:
        return f"{_path(where)}: {_OF_SEVERAL_KINDS[str(where[-1])]}."
    return f"{_path(where)}: {_wanted(fault, where)}."


def _without_kinds(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The place without the names that the library gives to the kinds of a field that takes several."""
    for number, part in enumerate(place):
        if number and isinstance(part, str) and (part in ("bool", "constrained-str") or part.startswith("list[")):
            return place[:number]
    return place


def _path(place: tuple[int | str, ...]) -> str:
    """`content.lines, line 1, pence`: the third field of the first line."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f", line {part + 1}, "
        else:
            path += f".{part}" if path and not path.endswith(", ") else part
    return path.removesuffix(", ") or "the act"


def _wanted(fault: Any, place: tuple[int | str, ...]) -> str:
    kind, limits = fault["type"], fault.get("ctx", {})
    if kind in _WANTED:
        return _WANTED[kind].format(**limits)
    if kind == "string_pattern_mismatch":
        return _OF_A_PATTERN.get(limits["pattern"], _ANYTHING_ELSE)
    if kind in ("enum", "literal_error"):
        return f"must be one of {str(limits['expected']).replace(chr(39), '')}"
    if kind.startswith("date"):
        return "not a date; write it as 2026-10-14"
    if kind.startswith("int") or kind in _LIMITS:
        return _number(_LIMITS.get(kind, "").format(**limits), place)
    return _parts(kind, place) if kind.startswith(("list", "tuple", "dict", "model")) else _ANYTHING_ELSE


def _number(limit: str, place: tuple[int | str, ...]) -> str:
    """Money, one of the three targets, or another whole number."""
    field = next((part for part in reversed(place) if isinstance(part, str)), "")
    if field.endswith("pence"):
        return f"write whole pence{limit}, without quotation marks: £500 is 50000"
    if field in ("target", "targets", "number"):
        return "write the number of a target, without quotation marks: 1, 2 or 3"
    return f"write a whole number{limit}, without quotation marks, such as 3"


def _parts(kind: str, place: tuple[int | str, ...]) -> str:
    """A list, or something that has fields of its own."""
    example = _EXAMPLES.get(".".join(part for part in place if isinstance(part, str)))
    if not place:
        example = '{"action": "sign", "by": "social_worker"}'
    such_as = f", such as {f'[{example}]' if kind.startswith(('list', 'tuple')) else example}" if example else ""
    if kind.startswith(("list", "tuple")):
        return f"write a list in square brackets{such_as}"
    return f"write its fields with their names{such_as}"

"""FORM: what a field that does not fit is answered with: what is wanted there, and an example (ACTS.md)."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from contracts.people import Role
from contracts.review import Section
from rules.contents import read_content
from rules.forms import read
from tests.rules.test_forms import BAD, CARER, GOOD
from tests.support.reviews import DT, SW, VS, act_of, content_of, faults_of_form, target, targets

LIBRARYS_WORDS = re.compile(r"\b(valid|input|integer|boolean|dictionary|string|pattern|parse|kind \()", re.IGNORECASE)
ON = {"on": "2026-10-14"}
WANTED: list[tuple[Role, str, dict[str, Any], str]] = [
    (SW, "arrange_meeting", {"on": "14.10.2026"}, "on: not a date; write it as 2026-10-14."),
    (SW, "arrange_meeting", {**ON, "time": "2pm"}, "time: not a time; write it as 14:00."),
    (SW, "arrange_meeting", {**ON, "place": " "}, "place: nothing is written here yet; fill it in."),
    (SW, "arrange_meeting", {**ON, "place": 7}, "place: write text, in quotation marks."),
    (
        DT,
        "agree_date",
        {"agreed": "yes"},
        "agreed: write true for yes or false for no, without quotation marks.",
    ),
    (DT, "delegate", {"to": "p at school"}, "to: not an e-mail address; write it as name@school.example."),
    (
        DT,
        "apply_for_funding",
        {"pence": "500", "why": "A tutor.", "targets": [1]},
        "pence: write whole pence, without quotation marks: £500 is 50000.",
    ),
    (
        DT,
        "apply_for_funding",
        {"pence": 0, "why": "A tutor.", "targets": [1]},
        "pence: write whole pence, more than 0, without quotation marks: £500 is 50000.",
    ),
    (
        DT,
        "apply_for_funding",
        {"pence": 10_000_001, "why": "A tutor.", "targets": [1]},
        "pence: write whole pence, 10,000,000 at most, without quotation marks: £500 is 50000.",
    ),
    (
        DT,
        "apply_for_funding",
        {"pence": 100, "why": "A tutor.", "targets": [1, 4]},
        "targets, line 2: write the number of a target, without quotation marks: 1, 2 or 3.",
    ),
    (SW, "sign", {"seen": "3"}, "seen: write a whole number, without quotation marks, such as 3."),
    (SW, "record_voice", {"words": "x" * 20_001}, "words: too long; write 20,000 characters at most."),
    (
        SW,
        "submit",
        {"section": "voice", "content": "I like maths."},
        'content: write its fields with their names, such as {"words": "I like maths."}.',
    ),
    (
        VS,
        "return",
        {"parts": "grant", "reasons": "Too dear."},
        'parts: write a list in square brackets, such as ["grant", "target:1"].',
    ),
    (VS, "return", {"parts": [], "reasons": "Too dear."}, "parts: too few; give at least 1."),
    (
        VS,
        "return",
        {"parts": ["grant"], "reasons": 7},
        'reasons: write the reason as text, or a list of reasons, such as ["No measure.", "Too dear."].',
    ),
    (
        CARER,
        "answer_invitation",
        {"answer": 7},
        "answer: write a few words, or true for yes and false for no.",
    ),
    (
        VS,
        "sign_off",
        {"exceptions": [{"rule": "A7", "reason": "In a hurry."}]},
        "exceptions, line 1, rule: must be one of B3 or B9.",
    ),
]
WANTED_OF_CONTENT: list[tuple[Section, dict[str, Any], list[str]]] = [
    (
        Section.GRANT,
        {"lines": [{"target": 1, "what": "a tutor", "pence": 100}, {"target": "2", "what": "", "pence": 5.5}]},
        [
            "content.lines, line 2, target: write the number of a target, without quotation marks: 1, 2 or 3.",
            "content.lines, line 2, what: nothing is written here yet; fill it in.",
            "content.lines, line 2, pence: write whole pence, without quotation marks: £500 is 50000.",
        ],
    ),
    (
        Section.GRANT,
        {"lines": ["a tutor"]},
        [
            "content.lines, line 1: write its fields with their names, such as "
            '{"target": 1, "what": "a tutor", "pence": 30000}.'
        ],
    ),
    (
        Section.TARGETS,
        targets(target(2, by="soon", strategies=[{"what": "a tutor", "kind": "money"}])),
        [
            "content.targets, line 2, by: not a date; write it as 2026-10-14.",
            "content.targets, line 2, strategies, line 1, kind: must be one of school, pupil_premium or "
            "virtual_school.",
        ],
    ),
    (Section.VOICE, {"words": " "}, ["content.words: nothing is written here yet; fill it in."]),
    (Section.VOICE, {"words": 7}, ["content.words: write text, in quotation marks."]),
]
_WITH_LINES = (Section.TARGETS, Section.GRANT, Section.PREVIOUS_TARGETS)


def _lists_in(value: Any, *place: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where the lists are in an act or a content."""
    if isinstance(value, list):
        yield place
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _lists_in(part, *place, key)


def _with_number(whole: dict[str, Any], place: tuple[str | int, ...]) -> dict[str, Any]:
    """The same with 7 at a place."""
    copied = deepcopy(whole)
    inside: Any = copied
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = 7
    return copied


@pytest.mark.parametrize(("by", "action", "fields", "field"), BAD)
def test_FORM_no_sentence_is_in_the_librarys_words(by: Role, action: str, fields: dict[str, Any], field: str) -> None:
    for fault in faults_of_form(by, action, **fields):
        assert not LIBRARYS_WORDS.search(fault.sentence), fault.sentence
        assert fault.sentence.endswith("."), fault.sentence


@pytest.mark.parametrize(("by", "action", "fields", "sentence"), WANTED)
def test_FORM_each_kind_of_field_says_what_is_wanted(
    by: Role, action: str, fields: dict[str, Any], sentence: str
) -> None:
    assert [fault.sentence for fault in faults_of_form(by, action, **fields)] == [sentence]


@pytest.mark.parametrize(("section", "content", "sentences"), WANTED_OF_CONTENT)
def test_FORM_lines_of_a_section_are_counted_from_1(
    section: Section, content: dict[str, Any], sentences: list[str]
) -> None:
    faults = read_content(section, content)
    assert isinstance(faults, list)
    assert [fault.sentence for fault in faults] == sentences


def test_FORM_every_list_that_an_act_or_a_section_has_is_shown_with_an_example() -> None:
    """A field that is a list, given as a number."""
    shapes: list[tuple[Callable[[dict[str, Any]], object], dict[str, Any]]] = [
        *((read, act_of(by, action, **fields)) for by, action, fields in GOOD),
        *((partial(read_content, section), content_of(section)) for section in _WITH_LINES),
    ]
    asked = 0
    for reading, whole in shapes:
        for place in _lists_in(whole):
            faults = reading(_with_number(whole, place))
            assert isinstance(faults, list)
            assert any("such as [" in fault.sentence for fault in faults), (place, faults)
            asked += 1
    assert asked > len(_WITH_LINES)

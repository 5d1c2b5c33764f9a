"""Nothing comes into a letter by the wrong door: no name, no school, no typed words, no header, no token."""

import dataclasses
import inspect
import re
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rules.missing
from activities.letter_facts import PARTS, LetterFacts, Owed, UnfitFact
from contracts.review import Section
from tests.support.letters import TEACHER, body, letter, sent

FREE_OF_CHECKS = {"authority_name"}
"""A setting of the authority: any printable name, on one line."""
STRINGS = {f.name for f in dataclasses.fields(LetterFacts) if f.type in {str, "str", str | None}}


def test_no_field_of_a_letter_is_meant_for_a_name_a_school_or_typed_words() -> None:
    fields = {f.name for f in dataclasses.fields(LetterFacts)}
    assert {f for f in fields if re.search("child|school|name|words|reason|place", f)} == FREE_OF_CHECKS
    assert len(STRINGS) == 12


def test_a_letter_has_words_for_everything_that_the_rules_call_missing() -> None:
    named = set(re.findall(r'MissingPart\("(\w+)"', inspect.getsource(rules.missing)))
    assert named
    assert named | set(Section) <= PARTS.keys()


@pytest.mark.parametrize("field", sorted(STRINGS - FREE_OF_CHECKS))
@pytest.mark.parametrize("typed", ["Ben Bello", "Oak Primary School", "C001\r\nBcc: a@b.example", "C001\n", "<b>", ""])
def test_no_field_of_a_letter_takes_what_somebody_typed(field: str, typed: str) -> None:
    with pytest.raises(UnfitFact) as fault:
        letter("invitation", **{field: typed})
    assert fault.value.field_name == field
    assert not typed or typed not in str(fault.value)


@settings(max_examples=40)
@given(st.text(max_size=90))
@example("Smith & <b>Sons</b>")
@example('x" <evil@evil.example>, "y')
@example("x\r\nBcc: evil@evil.example")
def test_the_authoritys_name_cannot_add_a_header_or_markup(name: str) -> None:
    try:
        message = sent(letter("review_due", authority_name=name))
    except UnfitFact:
        assert not name.isprintable() or not 0 < len(name) <= 80
        return
    assert set(message.keys()) == set(sent(letter("review_due")).keys())
    assert message["From"].addresses[0].addr_spec == "pep@northmoor.example"
    assert len(message["To"].addresses) == 1
    html = body(message, "html")
    assert sorted(set(re.findall(r"<(\w+)", html))) == sorted(
        set(re.findall(r"<(\w+)", body(sent(letter("review_due")), "html")))
    )


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "//pep.example/cases/C001",
        "https://pep.example/sign-in?token=abc",
        "https://pep.example/cases/C001#now",
        "https://user:secret@pep.example/",
        "https://pep.example/a b",
        'https://pep.example/"onclick',
        "https:///cases/C001",
    ],
)
def test_a_link_carries_no_token_and_does_nothing(link: str) -> None:
    with pytest.raises(UnfitFact, match="sign_in_link"):
        letter("review_due", sign_in_link=link)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("dates", {"kind": "completion_nudge", "dates": {}}),
        ("dates", {"kind": "review_due", "dates": {"Ben": date(2026, 1, 1)}}),
        ("missing", {"kind": "before_meeting", "missing": (Owed("Ben's targets", TEACHER),)}),
        ("level", {"kind": "escalation", "level": None, "dates": {"completion": date(2026, 10, 21)}}),
        ("pence", {"kind": "grant_released", "dates": {}, "pence": None}),
        ("pence", {"kind": "funding_decided", "dates": {}, "agreed": True, "pence": 0}),
        ("agreed", {"kind": "funding_decided", "dates": {}, "agreed": None}),
        ("target", {"kind": "concern_raised", "dates": {}, "target": 4}),
        ("dated", {"dated": datetime(2026, 10, 22, 7, 0)}),  # noqa: DTZ001
    ],
)
def test_a_letter_that_cannot_say_by_when_how_much_or_whether_is_not_written(field: str, facts: dict[str, Any]) -> None:
    with pytest.raises(UnfitFact) as fault:
        letter("review_due", **facts)
    assert fault.value.field_name == field

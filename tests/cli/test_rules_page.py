"""`docs/rules.md`: every rule of the guidance with its home, what it refuses and its tests, read from the source."""

from collections.abc import Iterator, Mapping

import pytest

from commands import rules_page
from commands.development import STEPS
from commands.rule_places import ids_in
from commands.rules_page import Kept, faults, kept_rules, page, read_sources
from rules.guidance import RULES

IDS = [
    *(f"B{number}" for number in range(1, 16)),
    *(f"M{number}" for number in range(1, 8)),
    *(f"A{number}" for number in range(1, 13)),
]
DECIDE = '''
"""An act is decided."""
from rules import forms
from rules.meeting import arrange

def decide(form):
    match form:
        case forms.Arrange():
            return arrange(form)
        case forms.Sign():
            return _sign(form)
    if isinstance(form, forms.Voice):
        return [Finding("ROLE", "Not theirs.")]  # A2
    return []

def _sign(form):
    return []
'''
FORMS = '''
class Arrange(Form):
    action: Literal["arrange_meeting"]

class Sign(Form):
    """A signature (A4)."""
    action: Literal["sign"]

class Voice(Form):
    action: Literal["record_voice"]

    def whole(self):
        if not self.words:
            raise ValueError("words: say what the child said.")  # B9
'''
MEETING = '''
"""The meeting (PROCESS.md M2-M4)."""

def arrange(form):
    return list(_closed(form))

def _closed(form):
    yield Finding("B2", "Closed; B7 stands here in words that people read.")

def nobody_asks():
    return [Finding("M7", "Too late.")]

class Standing:
    heard = False
    """The child was heard (B9)."""
    # A12 is a comment
    pages = "A4"
'''
TESTS = """
def test_B2_a_closed_day_is_refused(): ...
def test_M7_B2_two_rules_at_once(): ...
def test_B20_is_no_rule(): ...
def helper_of_B9_tests(): ...
"""
SMALL = {
    "rules/decide.py": DECIDE,
    "rules/forms.py": FORMS,
    "rules/meeting.py": MEETING,
    "tests/rules/test_meeting.py": TESTS,
}


def of(kept: list[Kept], rule: str) -> Kept:
    return next(one for one in kept if one.rule.id == rule)


def homes_of(kept: list[Kept], rule: str) -> list[tuple[str, str]]:
    return [(place.path, place.name) for place in of(kept, rule).homes]


@pytest.fixture(scope="module")
def small() -> list[Kept]:
    return kept_rules(SMALL)


@pytest.fixture(scope="module")
def sources() -> Mapping[str, str]:
    return read_sources()


def test_the_guidance_has_34_rules_in_its_order_each_said_in_one_line() -> None:
    assert [rule.id for rule in RULES] == IDS
    for rule in RULES:
        for words in (rule.guidance, rule.software):
            assert words.endswith(".")
            assert not set("\n|") & set(words), rule.id


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("(B2, M7)", ["B2", "M7"]),
        ("PROCESS.md A2, A3, B5-B8 and M5", ["A2", "A3", "B5", "B6", "B7", "B8", "M5"]),
        ("B9-B11", ["B9", "B10", "B11"]),
        ("B15-M1", ["B15", "M1"]),
        ("B1 and B10 differ", ["B1", "B10"]),
        ("AB12, B1x, a2, UTF-8, adr/0008", []),
    ],
)
def test_ids_are_whole_words_and_a_range_counts_for_each_rule_in_it(words: str, ids: list[str]) -> None:
    assert list(ids_in(words)) == ids


def test_a_rule_lives_where_words_about_the_code_name_it_or_a_finding_is_made(small: list[Kept]) -> None:
    assert homes_of(small, "B2") == [("rules/meeting.py", "_closed")]
    assert homes_of(small, "M3") == [("rules/meeting.py", "")], "M2-M4 of the module's docstring"
    assert homes_of(small, "A4") == [("rules/forms.py", "Sign")]
    assert homes_of(small, "A12") == [("rules/meeting.py", "Standing")]
    assert homes_of(small, "B9") == [("rules/forms.py", "Voice.whole"), ("rules/meeting.py", "Standing.heard")]
    assert homes_of(small, "B7") == [], "what people read is no home"


def test_an_act_is_refused_by_the_rules_that_its_branch_can_reach(small: list[Kept]) -> None:
    assert of(small, "B2").refuses == ("arrange_meeting",)
    assert of(small, "M7").refuses == (), "nothing that an act does leads there"
    assert of(small, "B9").refuses == ("record_voice",), "a form's own refusal, by the comment beside it"
    assert of(small, "A2").refuses == ("record_voice",), "a refusal by ROLE, by the comment beside it"


def test_a_test_proves_the_rules_in_its_name(small: list[Kept]) -> None:
    names = {rule: [place.name for place in of(small, rule).tests] for rule in ("B2", "M7", "B9")}
    assert names == {
        "B2": ["test_B2_a_closed_day_is_refused", "test_M7_B2_two_rules_at_once"],
        "M7": ["test_M7_B2_two_rules_at_once"],
        "B9": [],
    }


def test_a_rule_without_a_home_or_a_test_is_reported_with_what_to_do(small: list[Kept]) -> None:
    told = faults(small)
    assert len(told) == 32
    assert "B1 has no home: name it in the docstring or a comment of the code that keeps it." in told
    assert "B9 has no test: write one whose name begins test_B9_." in told
    assert not [sentence for sentence in told if sentence.startswith(("B2 ", "M7 "))]
    assert "**2 of 34** rules" in page(small)


def test_check_finds_a_rule_whose_tests_are_gone(sources: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    (step,) = [step for step in STEPS if step.name == "rules of the guidance"]
    without = {path: text.replace("test_A7_", "test_").replace("_A7_", "_") for path, text in sources.items()}
    monkeypatch.setattr(rules_page, "read_sources", lambda: without)
    assert "A7 has no test: write one whose name begins test_A7_." in step.problems().splitlines()


def test_the_page_has_a_row_a_rule_and_every_link_leads_to_a_file(sources: Mapping[str, str]) -> None:
    text = page(kept_rules(sources))
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    assert [row.split("**")[1] for row in rows] == IDS
    assert {link for row in rows for link in links_of(row)} <= set(sources)


def test_the_rules_of_this_code_are_found_where_they_are(sources: Mapping[str, str]) -> None:
    kept = kept_rules(sources)
    assert of(kept, "B2").refuses == ("arrange_meeting", "move_meeting", "next_meeting")
    assert of(kept, "B13").refuses == ("submit",)
    assert of(kept, "B14").refuses == ("proxy_sign", "sign", "sign_off")
    assert ("rules/meeting.py", "_too_late") in homes_of(kept, "M7")
    assert faults(kept) == [], "34 of 34"


def links_of(row: str) -> Iterator[str]:
    for part in row.split("](../")[1:]:
        yield part.partition(")")[0]

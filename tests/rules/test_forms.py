"""Which fields an act has and what kind each is (ACTS.md, Acts). What does not fit answers FORM, a sentence a field."""

import json
from typing import Any

import pytest

from contracts.people import Role
from rules.decide import SIGNALS, WHO_MAY
from rules.forms import ACTIONS, read
from tests.support.reviews import DT, MANAGER, PASTORAL, SW, VS, act_of, faults_of_form, form_of, held_on

GOOD: list[tuple[Role, str, dict[str, Any]]] = [
    (SW, "arrange_meeting", {"on": "2026-10-14"}),
    (VS, "arrange_meeting", {"on": "2026-10-14", "time": "14:00", "place": "The library"}),
    (DT, "agree_date", {"agreed": False}),
    (DT, "agree_date", {"agreed": True, "words": "The hall is free."}),
    (SW, "move_meeting", {"on": "2026-10-15", "reason": "A hearing."}),
    (SW, "invite", {"kind": "receiving_setting"}),
    (DT, "invite", {"kind": "professional", "name": "Invented Name", "email": "guest@nhs.example"}),
    (DT, "record_meeting", held_on("2026-10-14")),
    (DT, "record_meeting", held_on("2026-10-14", targets_agreed="redefined", grant_pence=50_000)),
    (DT, "record_meeting", held_on("2026-10-14", confidential=False, reason="Only the hall was free.")),
    (SW, "record_meeting", {"held": False, "reason": "The carer was ill."}),
    (SW, "record_voice", {"words": "I like maths."}),
    (SW, "submit", {"section": "about_child", "content": {"words": "New carers."}, "seen": 3}),
    (DT, "delegate", {"to": "p@school.example", "section": "attainment"}),
    (DT, "delegate", {"to": "p@school.example", "child": "C001"}),
    (DT, "check_targets", {}),
    (SW, "next_meeting", {"on": "2027-01-20"}),
    (SW, "next_meeting", {"none": True, "reason": "Leaves care."}),
    (SW, "sign", {}),
    (MANAGER, "proxy_sign", {"for": "social_worker", "reason": "Long illness."}),
    (VS, "return", {"parts": ["grant", "target:1"], "reasons": "No measure."}),
    (VS, "return", {"parts": ["grant"], "reasons": ["Too dear.", "No link."]}),
    (VS, "sign_off", {}),
    (
        VS,
        "sign_off",
        {"exceptions": [{"rule": "B3", "reason": "No place."}, {"rule": "B9", "reason": "Ill."}]},
    ),
]
NEEDED = {
    "arrange_meeting": ["on"],
    "agree_date": ["agreed"],
    "move_meeting": ["on", "reason"],
    "invite": ["kind"],
    "record_meeting": ["held"],
    "record_voice": ["words"],
    "submit": ["section", "content"],
    "delegate": ["to"],
    "check_targets": [],
    "next_meeting": ["on"],
    "sign": [],
    "proxy_sign": ["for", "reason"],
    "return": ["parts", "reasons"],
    "sign_off": [],
}
BAD: list[tuple[Role, str, dict[str, Any], str]] = [
    (SW, "arrange_meeting", {"on": "14.10.2026"}, "on"),
    (SW, "arrange_meeting", {"on": "2026-02-30"}, "on"),
    (SW, "arrange_meeting", {"on": 20261014}, "on"),
    (SW, "arrange_meeting", {"on": 1_791_936_000}, "on"),
    (SW, "arrange_meeting", {"on": "2026-10-14T10:00:00"}, "on"),
    (SW, "arrange_meeting", {"on": None}, "on"),
    (SW, "arrange_meeting", {"on": "2026-10-14", "time": "2pm"}, "time"),
    (SW, "arrange_meeting", {"on": "2026-10-14", "time": "24:00"}, "time"),
    (SW, "arrange_meeting", {"on": "2026-10-14", "place": "  "}, "place"),
    (SW, "arrange_meeting", {"on": "2026-10-14", "date": "2026-10-14"}, "date"),
    (DT, "agree_date", {"agreed": "yes"}, "agreed"),
    (DT, "agree_date", {"agreed": 1}, "agreed"),
    (SW, "move_meeting", {"on": "2026-10-14", "reason": ""}, "reason"),
    (SW, "invite", {"kind": "grandmother"}, "kind"),
    (SW, "invite", {"kind": "carer", "email": "not an address"}, "email"),
    (SW, "record_meeting", {"held": False}, "reason"),
    (SW, "record_meeting", held_on("2026-10-14", confidential=False), "reason"),
    (SW, "record_meeting", held_on("2026-10-14", young_person="absent"), "young_person"),
    (SW, "record_meeting", held_on("2026-10-14", grant_pence=499.5), "grant_pence"),
    (SW, "record_meeting", held_on("2026-10-14", grant_pence="500"), "grant_pence"),
    (SW, "record_meeting", held_on("2026-10-14", grant_pence=-1), "grant_pence"),
    (SW, "record_meeting", held_on("2026-10-14", targets_agreed="yes"), "targets_agreed"),
    (SW, "record_meeting", held_on("2026-10-14", actions=[{"what": "read", "owner": "DT"}]), "actions.0.by"),
    (SW, "record_meeting", held_on("2026-10-14", actions=None), "actions"),
    (SW, "submit", {"section": "health", "content": {}}, "section"),
    (SW, "submit", {"section": "voice", "content": "I like maths."}, "content"),
    (SW, "submit", {"section": "voice", "content": {"words": "x"}, "seen": "3"}, "seen"),
    (SW, "submit", {"section": "voice", "content": {"words": "x"}, "seen": -1}, "seen"),
    (DT, "delegate", {"to": "nobody"}, "to"),
    (SW, "next_meeting", {"on": "2027-01-20", "none": True, "reason": "Both."}, "on"),
    (SW, "next_meeting", {"none": True}, "reason"),
    (SW, "next_meeting", {"none": False}, "on"),
    (VS, "proxy_sign", {"for": "carer", "reason": "Away."}, "for"),
    (VS, "return", {"parts": [], "reasons": "None."}, "parts"),
    (VS, "return", {"parts": "grant", "reasons": "None."}, "parts"),
    (VS, "sign_off", {"exceptions": [{"rule": "A7", "reason": "In a hurry."}]}, "exceptions.0.rule"),
    (VS, "sign_off", {"exceptions": [{"rule": "B9"}]}, "exceptions.0.reason"),
]


@pytest.mark.parametrize(("by", "action", "fields"), GOOD)
def test_an_act_of_the_table_is_read(by: Role, action: str, fields: dict[str, Any]) -> None:
    form = form_of(by, action, **fields)
    assert (form.action, form.by) == (action, by)


def test_every_act_that_this_version_takes_has_a_form_a_role_and_an_example_here() -> None:
    assert set(ACTIONS) == set(WHO_MAY) == set(NEEDED) == {action for _, action, _ in GOOD}
    assert set(SIGNALS) <= set(ACTIONS)


@pytest.mark.parametrize("action", NEEDED)
def test_FORM_every_needed_field_that_is_missing_is_named(action: str) -> None:
    sentences = [fault.sentence for fault in faults_of_form(VS, action)]
    assert [sentence.split(":")[0] for sentence in sentences] == NEEDED[action]


@pytest.mark.parametrize("action", NEEDED)
def test_FORM_an_unknown_field_is_refused_and_named(action: str) -> None:
    by, _, fields = next(good for good in GOOD if good[1] == action)
    (fault,) = faults_of_form(by, action, **fields, colour="red")
    assert (fault.rule, fault.sentence) == ("FORM", "colour: this act has no such field; leave it out.")


@pytest.mark.parametrize(("by", "action", "fields", "field"), BAD)
def test_FORM_a_field_not_of_its_kind_is_named(by: Role, action: str, fields: dict[str, Any], field: str) -> None:
    faults = faults_of_form(by, action, **fields)
    assert faults, "it was read"
    assert {fault.rule for fault in faults} == {"FORM"}
    assert any(fault.sentence.startswith(field) for fault in faults), faults


def test_FORM_several_faults_are_answered_together() -> None:
    faults = faults_of_form(SW, "move_meeting", on="soon", colour="red")
    assert {fault.sentence.split(":")[0] for fault in faults} == {"on", "reason", "colour"}


@pytest.mark.parametrize("action", ["pay", "", None, 7, "answer_invitation", "raise_concern"])
def test_FORM_an_act_that_is_not_taken_names_those_that_are(action: object) -> None:
    faults = read({"id": "1", "by": "social_worker", "action": action})
    assert isinstance(faults, list)
    assert [fault.rule for fault in faults] == ["FORM"]
    assert "arrange_meeting" in faults[0].sentence


@pytest.mark.parametrize("act", [None, [], "sign", 3, {}, {"action": "sign"}])
def test_FORM_what_is_no_act_at_all_is_refused(act: object) -> None:
    faults = read(act)
    assert isinstance(faults, list)
    assert {fault.rule for fault in faults} == {"FORM"}


@pytest.mark.parametrize("role", ["head_teacher", "iro", "virtual_school_head", "mother", "clock", ""])
def test_FORM_a_role_that_only_receives_letters_does_not_act(role: str) -> None:
    faults = read({**act_of(SW, "sign"), "by": role})
    assert isinstance(faults, list)
    assert faults[0].sentence.startswith("by: must be one of")


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83d"])
def test_FORM_a_character_that_cannot_be_stored_is_refused_before_it_reaches_the_database(text: str) -> None:
    for fields in ({"content": {"words": text}}, {"content": {text: "words"}}, {"content": {"list": [text]}}):
        assert [fault.rule for fault in faults_of_form(SW, "submit", section="voice", **fields)] == ["FORM"]
    assert [fault.rule for fault in faults_of_form(SW, text)] == ["FORM"]


def test_a_sentence_names_no_value_that_was_typed() -> None:
    typed = "Invented Name likes maths"
    faults = faults_of_form(SW, "arrange_meeting", on=typed, time=typed)
    assert faults
    assert typed not in json.dumps([fault.sentence for fault in faults])


def test_words_of_any_language_and_of_some_length_are_kept() -> None:
    words = "Rwy'n hoffi mathemateg 🙂 " * 700
    assert form_of(SW, "record_voice", words=words).words == words  # type: ignore[union-attr]
    assert [fault.rule for fault in faults_of_form(SW, "record_voice", words="x" * 20_001)] == ["FORM"]


def test_pastoral_staff_act_in_a_role_of_their_own() -> None:
    assert form_of(PASTORAL, "submit", section="attainment", content={"words": "x"}).by is PASTORAL

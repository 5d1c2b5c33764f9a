"""Which fields an act has and what kind each is (ACTS.md, Acts). What does not fit answers FORM, a sentence a field."""

import json
from typing import Any

import pytest

from contracts.people import ACTING_ROLES, Role
from rules.decide import SIGNALS, WHO_MAY
from rules.forms import ACTIONS, read
from tests.support.reviews import DT, MANAGER, PASTORAL, SW, VS, act_of, faults_of_form, form_of, held_on

CARER, YOUNG = Role.CARER, Role.YOUNG_PERSON
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
    (CARER, "answer_invitation", {"answer": "yes"}),
    (SW, "answer_invitation", {"answer": False, "kind": "professional"}),
    (CARER, "raise_concern", {"target": 2, "words": "No tutor came."}),
    (DT, "check_in", {"target": 1, "on_track": True, "words": "Reads well."}),
    (
        DT,
        "check_in",
        {"target": 3, "on_track": False, "words": "No.", "strategies_in_place": True, "told_staff": False},
    ),
    (DT, "apply_for_funding", {"pence": 90_000, "why": "A tutor.", "targets": [1, 2]}),
    (VS, "decide_funding", {"application": "act-1", "agreed": True, "pence": 90_000, "reason": "Needed."}),
    (VS, "decide_funding", {"application": "act-1", "agreed": False, "pence": 0, "reason": "Not exceptional."}),
    (YOUNG, "give_views", {"words": "I like maths."}),
    (CARER, "agree", {}),
    (YOUNG, "agree", {"words": "Fine by me."}),
    (
        SW,
        "change_school",
        {
            "school": "900010",
            "calendar": "kayes",
            "designated_teacher": "A B",
            "email": "d@s.example",
            "from": "2026-11-02",
        },
    ),
    (VS, "change_school", {"from": "2026-11-02"}),
    (
        MANAGER,
        "change_person",
        {"role": "social_worker", "name": "A B", "email": "sw@council.example", "from": "2026-11-02"},
    ),
    (SW, "leave_care", {"on": "2026-11-02", "reason": "Goes home."}),
    (VS, "review_without_meeting", {"reason": "The child asked for it."}),
    (VS, "correct", {"act": "act-1", "reason": "Another child's."}),
    (VS, "reopen", {"reason": "A target was wrong."}),
    (VS, "reopen", {"review": "autumn", "reason": "A target was wrong."}),
    (VS, "reopen", {"act": "act-1", "reason": "A target was wrong."}),
    (VS, "correct", {"review": "autumn", "reason": "Another child's."}),
    (VS, "pause", {"reason": "The child is missing."}),
    (VS, "resume", {"reason": "The child is back."}),
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
    "answer_invitation": ["answer"],
    "raise_concern": ["target", "words"],
    "check_in": ["target", "on_track", "words"],
    "apply_for_funding": ["pence", "why", "targets"],
    "decide_funding": ["application", "agreed", "pence", "reason"],
    "give_views": ["words"],
    "agree": [],
    "change_school": ["from"],
    "change_person": ["role", "name", "email", "from"],
    "leave_care": ["on", "reason"],
    "review_without_meeting": ["reason"],
    "correct": ["reason"],
    "reopen": ["reason"],
    "pause": ["reason"],
    "resume": ["reason"],
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
    (SW, "record_meeting", held_on("2026-10-14", actions=[{"what": "read", "owner": "DT"}]), "actions, line 1, by"),
    (SW, "record_meeting", held_on("2026-10-14", actions=None), "actions"),
    (SW, "submit", {"section": "health", "content": {}}, "section"),
    (SW, "submit", {"section": "voice", "content": "I like maths."}, "content"),
    (SW, "submit", {"section": "voice", "content": {"words": "x"}, "seen": "3"}, "seen"),
    (SW, "submit", {"section": "voice", "content": {"words": "x"}, "seen": -1}, "seen"),
    (DT, "delegate", {"to": "nobody"}, "to"),
    (SW, "next_meeting", {"on": "2027-01-20", "none": True, "reason": "Both."}, "on"),
    (SW, "next_meeting", {"none": True}, "reason"),
    (SW, "next_meeting", {"none": False}, "on"),
    (VS, "proxy_sign", {"for": "virtual_school", "reason": "Away."}, "for"),
    (VS, "return", {"parts": [], "reasons": "None."}, "parts"),
    (VS, "return", {"parts": "grant", "reasons": "None."}, "parts"),
    (VS, "sign_off", {"exceptions": [{"rule": "A7", "reason": "In a hurry."}]}, "exceptions, line 1, rule"),
    (VS, "sign_off", {"exceptions": [{"rule": "B9"}]}, "exceptions, line 1, reason"),
    (CARER, "raise_concern", {"target": 4, "words": "x"}, "target"),
    (DT, "check_in", {"target": 1, "on_track": "yes", "words": "x"}, "on_track"),
    (DT, "apply_for_funding", {"pence": 0, "why": "x", "targets": [1]}, "pence"),
    (DT, "apply_for_funding", {"pence": 100, "why": "x", "targets": []}, "targets"),
    (VS, "decide_funding", {"application": "1", "agreed": True, "pence": 0, "reason": "x"}, "pence"),
    (SW, "change_school", {"school": "900010", "from": "2026-11-02"}, "calendar"),
    (SW, "change_school", {"from": "soon"}, "from"),
    (VS, "change_person", {"role": "finance", "name": "A", "email": "a@b.example", "from": "2026-11-02"}, "role"),
    (VS, "correct", {"act": "1", "review": "autumn", "reason": "x"}, "act"),
    (VS, "correct", {"reason": "x"}, "act"),
    (VS, "reopen", {"act": "1", "review": "autumn", "reason": "x"}, "act"),
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


@pytest.mark.parametrize("action", ["pay", "", None, 7, "delete"])
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
    assert [fault.sentence for fault in faults] == [f"by: must be one of {', '.join(ACTING_ROLES)}."]


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

"""The order of refusals: FORM, ROLE and STALE alone, then rows of PROCESS.md together, then ORDER (ACTS.md)."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.people import ACTING_ROLES, Role
from contracts.review import Section, Stage
from rules.decide import Situation, decide
from tests.support.review_stages import (
    ALL_STAGES,
    completing,
    meeting_due,
    preparing,
    signed_off,
    signing,
    with_virtual_school,
)
from tests.support.reviews import (
    ALL_RED,
    DT,
    MANAGER,
    MEETING,
    PASTORAL,
    SW,
    VS,
    Case,
    content_of,
    faults_of_form,
    form_of,
    grant,
    held_on,
    plan_of,
    target,
    targets,
)

WHO: dict[str, tuple[dict[str, Any], set[Role]]] = {
    "arrange_meeting": ({"on": "2026-10-21"}, {SW, VS}),
    "agree_date": ({"agreed": True}, {DT}),
    "move_meeting": ({"on": "2026-10-21", "reason": "A hearing."}, {SW, DT, VS}),
    "invite": ({"kind": "carer"}, {SW, DT}),
    "record_meeting": ({"held": False, "reason": "Illness."}, {SW, DT}),
    "record_voice": ({"words": "I like maths."}, {SW, DT}),
    "delegate": ({"to": "p@school.example", "section": "attainment"}, {DT}),
    "check_targets": ({}, {DT}),
    "next_meeting": ({"on": "2027-01-20"}, {SW}),
    "sign": ({}, {SW, DT}),
    "proxy_sign": ({"for": "social_worker", "reason": "Long illness."}, {VS, MANAGER}),
    "return": ({"parts": ["targets"], "reasons": "No measure."}, {VS}),
    "sign_off": ({}, {VS}),
}
"""The table of ACTS.md: who may do what. `submit` is in test_A2_sections.py."""


@pytest.mark.parametrize("action", WHO)
def test_the_table_decides_who_may_do_what(action: str) -> None:
    fields, allowed = WHO[action]
    case = preparing()
    for by in ACTING_ROLES:
        assert (case.rules(by, action, **fields) == ["ROLE"]) == (by not in allowed), by


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_ROLE_does_not_depend_on_the_stage(stage: str) -> None:
    case = ALL_STAGES[stage]()
    for action, (fields, allowed) in WHO.items():
        for by in set(ACTING_ROLES) - allowed:
            assert case.rules(by, action, **fields) == ["ROLE"], (by, action)


@pytest.mark.parametrize("action", ["agree_date", "record_meeting", "record_voice", "check_targets", "sign", "invite"])
def test_the_virtual_school_takes_the_teachers_part_where_there_is_no_school_place(action: str) -> None:
    fields, _ = WHO[action]
    assert "ROLE" not in preparing(plan_of(has_school_place=False)).rules(VS, action, **fields)
    assert preparing().rules(VS, action, **fields) == ["ROLE"]


def test_ROLE_says_whose_it_is() -> None:
    sentence = preparing().refusal(DT, "next_meeting", on="2027-01-20")["ROLE"]
    assert sentence == "The designated teacher cannot do this; it is for the social worker."
    assert preparing().refusal(Role.FINANCE, "next_meeting", on="2027-01-20")["ROLE"].startswith("The finance team ")


NOT_OF_ITS_KIND: list[tuple[Role, Role, str, dict[str, Any]]] = [
    (SW, DT, "arrange_meeting", {"on": "2026-08-01"}),
    (DT, VS, "record_meeting", held_on("2027-05-05")),
    (DT, VS, "record_meeting", held_on(MEETING, grant_agreed=None)),
    (SW, DT, "next_meeting", {"on": "2026-08-01"}),
    (VS, SW, "return", {"parts": ["the second page"], "reasons": "Unclear."}),
    (DT, SW, "submit", {"section": "targets", "content": {"targets": []}}),
    (DT, SW, "delegate", {"to": "p@elsewhere.example", "section": "targets"}),
]


@pytest.mark.parametrize(("by", "other", "action", "fields"), NOT_OF_ITS_KIND)
def test_FORM_that_only_the_review_shows_answers_alone_and_only_to_whose_act_it_is(
    by: Role, other: Role, action: str, fields: dict[str, Any]
) -> None:
    case = meeting_due()
    assert case.rules(by, action, **fields, seen=1) == ["FORM"]
    assert case.rules(other, action, **fields, seen=1) == ["ROLE"]


def test_FORM_of_the_act_itself_is_answered_before_anybody_looks_at_the_case() -> None:
    assert [fault.rule for fault in faults_of_form(DT, "arrange_meeting", seen=0)] == ["FORM"]


def test_ROLE_beats_STALE_and_every_row() -> None:
    case = preparing()
    assert case.rules(DT, "arrange_meeting", on="2026-10-28", seen=1) == ["ROLE"]
    assert case.rules(SW, "sign_off", seen=0) == ["ROLE"]


def test_STALE_beats_every_row_and_ORDER() -> None:
    case = preparing()
    assert case.standing.revision == 2
    assert case.rules(SW, "arrange_meeting", on="2026-10-28", seen=1) == ["STALE"]
    assert case.rules(SW, "sign", seen=1) == ["STALE"]
    assert case.rules(SW, "sign", seen=2) == ["A5"]


def test_STALE_says_what_was_read_and_what_is_newest() -> None:
    sentence = preparing().refusal(SW, "sign", seen=1)["STALE"]
    assert "revision 1, now 2" in sentence
    assert "nothing of yours was lost" in sentence


def test_no_seen_is_no_check() -> None:
    case = preparing()
    assert case.rules(SW, "arrange_meeting", on="2026-10-21") == []
    assert case.rules(SW, "arrange_meeting", on="2026-10-21", seen=2) == []


@pytest.mark.parametrize(
    ("case", "by", "action", "fields", "rules"),
    [
        (Case(), SW, "move_meeting", {"on": "2026-10-28", "reason": "Half term?"}, ["B2"]),
        (Case(), SW, "move_meeting", {"on": "2026-12-01", "reason": "Late."}, ["M7"]),
        (signed_off(), SW, "arrange_meeting", {"on": "2026-10-28"}, ["B2"]),
        (signed_off(), DT, "submit", {"section": "grant", "content": grant(50_001)}, ["M5"]),
        (signed_off(), SW, "next_meeting", {"on": "2027-02-16"}, ["B2"]),
        (preparing(), SW, "sign", {}, ["A5"]),
        (preparing(), VS, "sign_off", {}, ["A7", "B9", "M5"]),
    ],
)
def test_a_rules_row_beats_ORDER(case: Case, by: Role, action: str, fields: dict[str, Any], rules: list[str]) -> None:
    assert case.rules(by, action, **fields) == rules


def test_several_rows_are_answered_together() -> None:
    content = targets(target(1, kind="social_emotional", drafted_with=[]), target(3, childs_words="", strategies=[]))
    assert meeting_due().rules_of(DT, Section.TARGETS, content) == ["B6", "B7", "B11"]
    case = meeting_due()
    case.standing = replace(case.standing, targets_checked=False)
    assert case.rules(SW, "sign") == ["B14", "A5"]
    assert case.rules(VS, "sign_off") == ["A7", "B9", "B14", "M5"]


ORDER: list[tuple[str, Role, str, dict[str, Any]]] = [
    ("waiting_for_date", SW, "move_meeting", {"on": "2026-10-21", "reason": "A hearing."}),
    ("waiting_for_date", DT, "agree_date", {"agreed": True}),
    ("waiting_for_date", DT, "record_meeting", {"held": False, "reason": "Illness."}),
    ("waiting_for_date", DT, "check_targets", {}),
    ("completing", SW, "arrange_meeting", {"on": "2026-10-21"}),
    ("completing", VS, "return", {"parts": ["grant"], "reasons": "Too dear."}),
    ("signing", VS, "return", {"parts": ["grant"], "reasons": "Too dear."}),
    ("virtual_school", DT, "submit", {"section": "attainment", "content": {"words": "Better."}}),
    ("virtual_school", SW, "sign", {}),
    ("virtual_school", DT, "check_targets", {}),
    ("virtual_school", DT, "record_meeting", held_on(MEETING)),
    ("returned", SW, "sign", {}),
    ("paying", VS, "sign_off", {}),
    ("paying", VS, "return", {"parts": ["grant"], "reasons": "Too dear."}),
    ("in_force", VS, "sign_off", {}),
    ("in_force", SW, "sign", {}),
    ("in_force", SW, "record_voice", {"words": "I like maths."}),
    ("in_force", DT, "submit", {"section": "attainment", "content": {"words": "Better."}}),
]


@pytest.mark.parametrize(("stage", "by", "action", "fields"), ORDER)
def test_ORDER_what_is_not_possible_at_this_stage(stage: str, by: Role, action: str, fields: dict[str, Any]) -> None:
    case = ALL_STAGES[stage]()
    before = case.standing
    assert case.rules(by, action, **fields) == ["ORDER"]
    assert case.standing == before


def test_ORDER_a_section_that_this_child_does_not_have() -> None:
    case = meeting_due(plan_of(grant_eligible=False))
    for pence in (100, 90_000):
        refusal = case.refusal(DT, "submit", section="grant", content=grant(pence))
        assert refusal == {
            "ORDER": "This child is not eligible for the grant, so this plan has no grant section: leave it out."
        }
    assert case.rules_of(DT, Section.TRANSITION, {"words": "A visit."}) == ["ORDER"]
    assert case.rules_of(DT, Section.PREVIOUS_TARGETS, content_of(Section.PREVIOUS_TARGETS)) == ["ORDER"]


@pytest.mark.parametrize(
    ("in_care", "said"),
    [(True, "while the child is looked after, the next one opens by itself"), (False, "is no longer looked after")],
)
def test_ORDER_of_a_review_that_is_over_says_whether_another_opens(in_care: bool, said: str) -> None:
    case = Case()
    closed = replace(case.standing, stage=Stage.CLOSED)
    form = form_of(SW, "arrange_meeting", on="2026-10-14")
    decided = decide(case.plan, closed, form, case.now, Situation(in_care=in_care))
    assert isinstance(decided, list)
    assert [finding.rule for finding in decided] == ["ORDER"]
    assert said in decided[0].sentence


def test_ORDER_signing_names_the_part_that_is_missing() -> None:
    case = completing()
    case.does(SW, "next_meeting", on="2027-01-20")
    sentence = case.refusal(DT, "sign")["ORDER"]
    assert "The designated teacher's grant section is missing." in sentence
    assert "The social worker's about child section is missing." in sentence


def test_ORDER_the_same_signature_twice() -> None:
    case = signing()
    case.does(SW, "sign")
    assert case.rules(SW, "sign") == ["ORDER"]
    assert case.rules(MANAGER, "proxy_sign", **{"for": "social_worker", "reason": "Illness."}) == ["ORDER"]


def test_pastoral_staff_do_nothing_but_draft_what_is_delegated() -> None:
    case = meeting_due()
    case.delegated = ALL_RED
    assert case.rules_of(PASTORAL, Section.ATTAINMENT, {"words": "Level 4."}) == []
    assert case.rules_of(PASTORAL, Section.VOICE, {"words": "Hm."}) == ["ROLE"]
    case.delegated = frozenset({Section.GRANT})
    assert case.rules_of(PASTORAL, Section.ATTAINMENT, {"words": "Level 4."}) == ["ROLE"]


def test_delegate_is_for_red_sections_and_people_of_the_same_school() -> None:
    case = preparing()
    assert case.rules(DT, "delegate", to="p@school.example", section="targets") == []
    assert case.rules(DT, "delegate", to="p@SCHOOL.example", child="C001") == []
    assert case.rules(DT, "delegate", to="p@school.example", section="previous_targets") == []
    assert case.rules(DT, "delegate", to="p@elsewhere.example", section="targets") == ["FORM"]
    assert case.rules(DT, "delegate", to="p@not-school.example", section="targets") == ["FORM"]
    assert case.rules(DT, "delegate", to="p@school.example", section="about_child") == ["FORM"]
    assert case.rules(DT, "delegate", to="p@school.example", section="voice") == ["FORM"]


def test_a_refusal_changes_nothing_and_the_same_act_is_decided_the_same_again() -> None:
    case = with_virtual_school()
    before = case.standing
    first = case.refusal(VS, "return", parts=["nothing"], reasons="Unclear.")
    assert first == case.refusal(VS, "return", parts=["nothing"], reasons="Unclear.")
    assert case.standing == before

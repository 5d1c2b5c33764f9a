"""A1, A2: whose each section is, when it is needed, and what it must contain (ACTS.md, Sections)."""

from typing import Any

import pytest

from contracts.people import ACTING_ROLES, Role
from contracts.review import ReviewPlan, Section
from rules.missing import parts_to_complete
from tests.support.review_stages import completing
from tests.support.reviews import (
    ALL_RED,
    DT,
    PASTORAL,
    SPRING,
    SUMMER,
    SW,
    VS,
    content_of,
    held_on,
    outcomes,
    plan_of,
)

BLUE, RED, PURPLE = {SW}, {DT}, {SW, DT}
OWNERS = {
    Section.ABOUT_CHILD: BLUE,
    Section.CARE_AND_VIEWS: BLUE,
    Section.ATTAINMENT: RED,
    Section.TARGETS: RED,
    Section.ATTENDANCE_AND_SUPPORT: RED,
    Section.GRANT: RED,
    Section.PREVIOUS_TARGETS: PURPLE,
    Section.VOICE: PURPLE,
    Section.TRANSITION: PURPLE,
}
WHOLE = plan_of(follows_a_pep=True, year_group="Y6", term=SPRING)
"""A review that has every section."""


@pytest.mark.parametrize("section", Section)
def test_A2_a_section_is_submitted_by_its_owners_and_by_nobody_else(section: Section) -> None:
    case = completing(plan_of(follows_a_pep=True))
    case.plan = WHOLE
    for by in ACTING_ROLES:
        expected = [] if by in OWNERS[section] else ["ROLE"]
        assert case.rules_of(by, section, content_of(section)) == expected, by


@pytest.mark.parametrize("section", Section)
def test_A2_the_virtual_school_writes_the_teachers_sections_where_there_is_no_school_place(section: Section) -> None:
    case = completing(plan_of(follows_a_pep=True, has_school_place=False))
    case.plan = plan_of(follows_a_pep=True, year_group="Y6", term=SPRING, has_school_place=False)
    may = {VS if role is DT else role for role in OWNERS[section]}
    for by in ACTING_ROLES:
        assert case.rules_of(by, section, content_of(section)) == ([] if by in may else ["ROLE"]), by


def test_A2_ownership_is_said_in_words() -> None:
    refusal = completing().refusal(SW, "submit", section="attainment", content={"words": "Level 4."})
    assert refusal["ROLE"] == (
        "The attainment section is not the social worker's to submit; it is for the designated teacher."
    )


@pytest.mark.parametrize("section", Section)
def test_A2_pastoral_staff_write_red_sections_only_however_much_is_delegated(section: Section) -> None:
    case = completing(plan_of(follows_a_pep=True))
    case.plan, case.delegated = WHOLE, frozenset(Section)
    allowed = section in ALL_RED
    assert case.rules_of(PASTORAL, section, content_of(section)) == ([] if allowed else ["ROLE"])


def test_A2_a_purple_section_needs_both() -> None:
    case = completing()
    case.submits(SW, Section.VOICE)
    assert ("voice", DT) in case.missing
    assert ("voice", SW) not in case.missing
    case.submits(DT, Section.VOICE)
    assert ("voice", DT) not in case.missing


def needed(plan: ReviewPlan) -> set[str]:
    case = completing(plan_of(follows_a_pep=plan.follows_a_pep))
    return {str(part.part) for part in parts_to_complete(plan, case.standing)}


ALWAYS = {"about_child", "care_and_views", "attendance_and_support", "voice", "next_meeting"}


@pytest.mark.parametrize(
    ("plan", "more"),
    [
        (plan_of(), {"grant"}),
        (plan_of(grant_eligible=False), set()),
        (plan_of(follows_a_pep=True), {"grant", "previous_targets"}),
        (plan_of(year_group="Y6"), {"grant"}),
        (plan_of(year_group="Y6", term=SPRING), {"grant", "transition"}),
        (plan_of(year_group="Y11", term=SUMMER), {"grant", "transition"}),
        (plan_of(year_group="N2", term=SUMMER), {"grant", "transition"}),
        (plan_of(year_group="Y7", term=SUMMER), {"grant"}),
    ],
)
def test_A1_each_review_needs_its_own_sections(plan: ReviewPlan, more: set[str]) -> None:
    assert needed(plan) == ALWAYS | more


def test_A1_A6_with_everything_submitted_only_signatures_are_missing() -> None:
    case = completing(plan_of(follows_a_pep=True))
    for part in parts_to_complete(case.plan, case.standing):
        if part.part == "next_meeting":
            case.does(SW, "next_meeting", on="2027-01-20")
        else:
            case.submits(part.role, Section(part.part))
    assert case.missing == [("signature", SW), ("signature", DT)]
    assert [part.sentence for part in case.missing_parts] == [
        "The social worker's signature is missing.",
        "The designated teacher's signature is missing.",
    ]


WORDS = set(Section) - {Section.TARGETS, Section.GRANT, Section.PREVIOUS_TARGETS}


@pytest.mark.parametrize("section", sorted(WORDS))
def test_words_are_always_enough_for_a_section_of_words(section: Section) -> None:
    by = Role(next(iter(OWNERS[section])))
    case = completing(plan_of(follows_a_pep=True))
    case.plan = WHOLE
    assert case.rules_of(by, section, {"words": "Invented."}) == []
    assert case.rules_of(by, section, {"words": "", "reading_age": 9}) == []
    assert case.rules_of(by, section, {"words": "Invented.", "sats": {"maths": 98}}) == []
    for nothing in ({}, {"words": ""}, {"words": "  "}, {"words": 3}, {"words": None}, {"note": "", "list": []}):
        assert case.rules_of(by, section, nothing) == ["FORM"], nothing


@pytest.mark.parametrize(
    "one",
    [
        {"number": 1},
        {"number": 4, "outcome": "met"},
        {"number": 1, "outcome": "nearly"},
        {"number": 1, "outcome": "met", "spent_pence": 1.5},
        {"number": 1, "outcome": "met", "colour": "red"},
    ],
)
def test_FORM_an_outcome_has_the_number_of_a_target_and_what_became_of_it(one: dict[str, Any]) -> None:
    case = completing(plan_of(follows_a_pep=True))
    assert case.rules_of(DT, Section.PREVIOUS_TARGETS, {"outcomes": [one]}) == ["FORM"]
    assert case.rules_of(DT, Section.PREVIOUS_TARGETS, {"outcomes": []}) == ["FORM"]


def test_M1_outcomes_carry_the_impact_the_money_and_the_virtual_schools_part() -> None:
    case = completing(plan_of(follows_a_pep=True))
    one = {"number": 2, "outcome": "partly", "impact": "reads", "spent_pence": 12_000, "virtual_school_impact": "visit"}
    others = [one for one in outcomes()["outcomes"] if one["number"] != 2]
    assert case.rules_of(DT, Section.PREVIOUS_TARGETS, {"outcomes": [one, *others]}) == []
    assert case.rules_of(SW, Section.PREVIOUS_TARGETS, outcomes()) == []


def test_M2_a_room_that_was_not_confidential_is_recorded_with_its_reason() -> None:
    fields = held_on("2026-10-14", confidential=False, reason="Only the hall was free.")
    assert completing().rules(DT, "record_meeting", **fields) == []

"""B3, B9, B14: who was invited, whether the child was heard, and that a teacher sets the targets."""

from typing import Any

import pytest

from contracts.calendar import TermName
from contracts.review import Section, Stage
from rules.missing import everything_missing, missing_parts, prepared
from tests.support.review_stages import complete, completing, meeting_due, preparing, signing, with_virtual_school
from tests.support.reviews import (
    ALL_RED,
    DT,
    MANAGER,
    MEETING,
    PASTORAL,
    SPRING,
    SUMMER,
    SW,
    VS,
    Case,
    at,
    held_on,
    plan_of,
    targets,
)

ABSENT: dict[str, Any] = {"young_person": "did_not_take_part"}
B9 = [{"rule": "B9", "reason": "The child is in hospital."}]
B3 = [{"rule": "B3", "reason": "No place was offered yet."}]


@pytest.mark.parametrize("young_person", ["attended", "joined_at_end", "met_before"])
def test_B9_a_child_who_attended_joined_or_was_met_before_is_heard(young_person: str) -> None:
    case = with_virtual_school(young_person=young_person)
    assert case.rules(VS, "sign_off") == []


def test_B9_a_child_who_took_no_part_stops_the_sign_off() -> None:
    refusal = with_virtual_school(**ABSENT).refusal(VS, "sign_off")
    assert list(refusal) == ["B9"]
    assert "record what the child said" in refusal["B9"]


@pytest.mark.parametrize("by", [SW, DT])
def test_B9_a_voice_that_is_heard_later_counts_and_voids_no_signature(by: str) -> None:
    case = with_virtual_school(**ABSENT)
    standing = case.does(by, "record_voice", words="I like maths.")  # type: ignore[arg-type]
    assert standing.signed == (SW, DT)
    assert case.rules(VS, "sign_off") == []


def test_B9_a_voice_may_be_recorded_before_the_meeting() -> None:
    case = preparing()
    case.does(DT, "record_voice", words="I would rather not come.")
    case.on(MEETING).does(DT, "record_meeting", **held_on(MEETING, **ABSENT))
    assert case.standing.voice_heard


def test_B9_an_exception_with_its_reason_lets_the_virtual_school_sign_off() -> None:
    assert with_virtual_school(**ABSENT).rules(VS, "sign_off", exceptions=B9) == []
    assert with_virtual_school(**ABSENT).rules(VS, "sign_off", exceptions=B3) == ["B9"]


def test_an_exception_excuses_nothing_but_its_own_rule() -> None:
    assert completing(**ABSENT).rules(VS, "sign_off", exceptions=B9) == ["A7"]


@pytest.mark.parametrize("year_group", ["N2", "Y6", "Y11"])
@pytest.mark.parametrize("term", [SPRING, SUMMER])
def test_B3_the_receiving_setting_is_invited_in_terms_2_and_3(year_group: str, term: object) -> None:
    case = at_the_virtual_school(year_group, term)
    assert case.rules(VS, "sign_off") == ["B3"]
    assert case.rules(VS, "sign_off", exceptions=B3) == []
    case.does(SW, "invite", kind="receiving_setting")
    assert case.rules(VS, "sign_off") == []


def test_B3_nobody_else_stands_for_the_receiving_setting() -> None:
    case = at_the_virtual_school("Y6", SPRING)
    for kind in ("carer", "parent", "young_person", "professional", "virtual_school"):
        case.does(SW, "invite", kind=kind)
    assert case.rules(VS, "sign_off") == ["B3"]


@pytest.mark.parametrize(("year_group", "term"), [("Y6", plan_of().term), ("Y7", SPRING), ("R", SUMMER)])
def test_B3_is_asked_of_nobody_else(year_group: str, term: object) -> None:
    assert at_the_virtual_school(year_group, term).rules(VS, "sign_off") == []


def at_the_virtual_school(year_group: str, term: object) -> Case:
    """A review of that term whose two parties signed."""
    plan = plan_of(year_group=year_group, term=term)
    day = {TermName.AUTUMN: "2026-10-14", TermName.SPRING: "2027-01-20", TermName.SUMMER: "2027-05-19"}[plan.term.name]
    case = Case(plan, at(plan.term.first_day))
    case.does(SW, "arrange_meeting", on=day)
    case.on(day).does(DT, "record_meeting", **held_on(day))
    if plan.term.name is not TermName.AUTUMN:
        case.does(SW, "next_meeting", none=True, reason="Tested elsewhere.")
    complete(case)
    case.does(SW, "sign")
    case.does(DT, "sign")
    assert case.standing.stage is Stage.VIRTUAL_SCHOOL
    return case


def drafted() -> Case:
    """Pastoral staff drafted the targets before the meeting."""
    case = preparing().on("2026-10-01")
    case.delegated = ALL_RED
    case.submits(DT, Section.ATTAINMENT)
    case.submits(PASTORAL, Section.TARGETS)
    return case


def test_B14_a_teachers_own_targets_need_no_check() -> None:
    assert meeting_due().missing == [("meeting_record", SW), ("meeting_record", DT)]
    assert meeting_due(plan_of(has_school_place=False)).standing.targets_checked


def test_B14_a_pastoral_draft_waits_for_the_designated_teachers_check() -> None:
    case = drafted()
    assert case.missing == [("check_targets", DT)]
    assert not prepared(case.plan, case.standing)
    case.does(DT, "check_targets")
    assert case.missing == []


def test_B14_a_pastoral_draft_counts_as_the_teachers_section() -> None:
    (version,) = drafted().submitted(Section.TARGETS)
    assert version.role is DT


def test_B14_drafting_again_after_the_check_waits_again() -> None:
    case = drafted()
    case.does(DT, "check_targets")
    case.submits(PASTORAL, Section.TARGETS)
    assert case.missing == [("check_targets", DT)]
    case.submits(DT, Section.TARGETS)
    assert case.missing == []


def test_B14_pastoral_staff_need_the_delegation() -> None:
    case = preparing()
    refusal = case.refusal(PASTORAL, "submit", section="targets", content=targets())
    assert list(refusal) == ["ROLE"]
    assert "The designated teacher can delegate red sections." in refusal["ROLE"]


def test_B14_other_sections_of_pastoral_staff_need_no_check() -> None:
    case = preparing()
    case.delegated = ALL_RED
    case.submits(PASTORAL, Section.ATTAINMENT)
    assert case.missing == [("targets", DT)]


def unchecked_and_complete() -> Case:
    case = drafted().on(MEETING)
    case.does(DT, "record_meeting", **held_on(MEETING))
    for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE):
        case.submits(SW, section)
    for section in (Section.ATTENDANCE_AND_SUPPORT, Section.GRANT, Section.VOICE):
        case.submits(DT, section)
    case.does(SW, "next_meeting", on="2027-01-20")
    return case


@pytest.mark.parametrize(("by", "action", "fields"), [(SW, "sign", {}), (DT, "sign", {})])
def test_B14_nobody_signs_unchecked_targets(by: str, action: str, fields: dict[str, str]) -> None:
    case = unchecked_and_complete()
    assert case.missing == [("check_targets", DT)]
    assert case.rules(by, action, **fields) == ["B14"]  # type: ignore[arg-type]


def test_B14_no_proxy_signs_unchecked_targets_and_the_virtual_school_does_not_sign_off() -> None:
    case = unchecked_and_complete()
    assert case.rules(MANAGER, "proxy_sign", **{"for": "social_worker", "reason": "Illness."}) == ["B14"]
    assert case.rules(VS, "sign_off") == ["A7", "B14"]


def test_B14_the_check_lets_both_sign() -> None:
    case = unchecked_and_complete()
    assert case.does(DT, "check_targets").stage is Stage.SIGNING
    assert case.rules(SW, "sign") == []


def test_B14_pastoral_staff_who_amend_returned_targets_are_checked_again() -> None:
    case = with_virtual_school().on("2026-10-19")
    case.does(VS, "return", parts=["target:2"], reasons="No measure.")
    case.delegated = ALL_RED
    case.submits(PASTORAL, Section.TARGETS)
    assert case.missing == [("check_targets", DT)]
    assert case.rules(DT, "sign") == ["B14"]
    assert case.does(DT, "check_targets").stage is Stage.SIGNING


def test_B14_a_change_by_pastoral_staff_voids_the_signatures() -> None:
    case = signing()
    case.does(SW, "sign")
    case.delegated = ALL_RED
    assert case.submits(PASTORAL, Section.TARGETS).signed == ()
    assert case.standing.stage is Stage.COMPLETING


def test_A6_whoever_looks_at_a_complete_plan_sees_what_the_sign_off_will_stumble_over() -> None:
    case = completing(**ABSENT, grant_agreed=False)
    assert {part.part for part in everything_missing(case.plan, case.standing)} >= {"childs_voice", "grant_agreed"}
    case.does(DT, "record_voice", words="I like maths.")
    assert "childs_voice" not in {part.part for part in everything_missing(case.plan, case.standing)}
    assert "childs_voice" not in {part.part for part in missing_parts(case.plan, case.standing)}, "nobody is chased"

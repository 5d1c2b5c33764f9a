"""A4, A5, A7: both parties sign, the next meeting is set before, and the Virtual School signs off last."""

from datetime import date
from typing import Any

import pytest

from contracts.people import Role
from contracts.policy import Policy
from contracts.review import InitialPep, Section, Stage
from rules.deadlines import deadlines
from tests.support.review_stages import (
    ALL_STAGES,
    completing,
    preparing,
    returned,
    signed_off,
    signing,
    with_virtual_school,
)
from tests.support.reviews import DT, MANAGER, SW, VS, Case, at, content_of, plan_of, target, targets


def test_A4_A7_both_sign_in_any_order_and_then_it_is_the_virtual_schools() -> None:
    for first, second in ((SW, DT), (DT, SW)):
        case = signing()
        assert case.does(first, "sign").stage is Stage.SIGNING
        assert case.missing == [("signature", second)]
        assert case.does(second, "sign").stage is Stage.VIRTUAL_SCHOOL
        assert case.missing == [("sign_off", VS)]


def test_A5_nobody_signs_before_the_next_meeting_is_set() -> None:
    case = completing()
    for section in (Section.ABOUT_CHILD, Section.CARE_AND_VIEWS, Section.VOICE):
        case.submits(SW, section)
    for section in (Section.ATTENDANCE_AND_SUPPORT, Section.GRANT, Section.VOICE):
        case.submits(DT, section)
    assert case.missing == [("next_meeting", SW)]
    refusal = case.refusal(DT, "sign")
    assert list(refusal) == ["A5"]
    assert "the social worker sets it before" in refusal["A5"]
    case.does(SW, "next_meeting", on="2027-01-20")
    assert case.rules(DT, "sign") == []


@pytest.mark.parametrize("stage", ["waiting_for_date", "preparing", "meeting_due", "completing"])
def test_A5_beats_ORDER_at_every_stage_before(stage: str) -> None:
    case = ALL_STAGES[stage]()
    assert case.rules(SW, "sign") == ["A5"]
    case.does(SW, "next_meeting", on="2027-01-20")
    assert case.rules(SW, "sign") == ["ORDER"]


def test_A5_no_next_meeting_with_its_reason_lets_both_sign() -> None:
    case = completing()
    standing = case.does(SW, "next_meeting", none=True, reason="Leaves care in December.")
    assert (standing.next_meeting_on, standing.next_meeting_settled) == (None, True)
    assert ("next_meeting", SW) not in case.missing


def test_A5_the_next_date_may_be_changed_and_voids_nothing() -> None:
    case = signing()
    case.does(SW, "sign")
    standing = case.does(SW, "next_meeting", on="2027-01-21")
    assert (standing.signed, standing.stage) == ((SW,), Stage.SIGNING)


CHANGES = {
    "a blue section": (SW, {"section": "about_child", "content": content_of(Section.ABOUT_CHILD)}),
    "a red section": (DT, {"section": "attainment", "content": content_of(Section.ATTAINMENT)}),
    "the targets": (DT, {"section": "targets", "content": targets(target(1, what="divide fractions"))}),
    "the grant": (DT, {"section": "grant", "content": content_of(Section.GRANT, 10_000)}),
    "a purple section": (DT, {"section": "voice", "content": content_of(Section.VOICE)}),
    "the same words again": (SW, {"section": "about_child", "content": content_of(Section.ABOUT_CHILD)}),
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("signer", [SW, DT])
def test_A4_any_change_of_content_voids_the_signatures_and_asks_again(what: str, signer: Any) -> None:
    case = signing()
    case.does(signer, "sign")
    case.on("2026-10-20")
    by, fields = CHANGES[what]
    standing = case.does(by, "submit", **fields)
    assert (standing.signed, standing.stage, standing.asked_at) == ((), Stage.SIGNING, at("2026-10-20"))
    assert case.missing == [("signature", SW), ("signature", DT)]


def test_A4_a_change_before_anybody_signed_asks_nobody_again() -> None:
    case = signing()
    asked = case.standing.asked_at
    case.on("2026-10-20").submits(DT, Section.ATTAINMENT)
    assert case.standing.asked_at == asked


def test_A4_a_return_voids_both_signatures() -> None:
    standing = returned("grant").standing
    assert (standing.signed, standing.stage, standing.returned_at) == ((), Stage.RETURNED, at("2026-10-19"))


def test_A4_amended_parts_are_signed_again_before_the_virtual_school_sees_them() -> None:
    case = returned("grant").on("2026-10-20")
    assert case.rules(VS, "sign_off") == ["A7"]
    assert case.submits(DT, Section.GRANT).stage is Stage.SIGNING
    assert case.rules(VS, "sign_off") == ["A7"]
    case.does(DT, "sign")
    assert case.does(SW, "sign").stage is Stage.VIRTUAL_SCHOOL
    assert case.does(VS, "sign_off").stage is Stage.PAYING


def test_a_return_of_a_purple_section_waits_for_both_parties() -> None:
    case = returned("voice", "target:1")
    assert case.missing == [("voice", SW), ("voice", DT), ("targets", DT)]
    case.submits(DT, Section.TARGETS)
    case.submits(DT, Section.VOICE)
    assert case.standing.stage is Stage.RETURNED
    assert case.submits(SW, Section.VOICE).stage is Stage.SIGNING


def test_a_part_that_is_returned_twice_is_one_part() -> None:
    assert returned("target:1", "targets", "target:3").missing == [("targets", DT)]


@pytest.mark.parametrize("parts", [["cover"], ["target:4"], ["transition"], ["targets", "target:0"], [""]])
def test_FORM_a_return_names_parts_that_this_plan_has(parts: list[str]) -> None:
    assert with_virtual_school().rules(VS, "return", parts=parts, reasons="Unclear.") == ["FORM"]


@pytest.mark.parametrize("stage", ["waiting_for_date", "preparing", "meeting_due", "completing", "signing", "returned"])
def test_A7_the_virtual_school_signs_last(stage: str) -> None:
    assert "A7" in ALL_STAGES[stage]().rules(VS, "sign_off")


def test_A7_the_sentence_names_who_must_sign_first() -> None:
    case = signing()
    assert "the social worker and the designated teacher must sign first" in case.refusal(VS, "sign_off")["A7"]
    case.does(SW, "sign")
    assert case.refusal(VS, "sign_off")["A7"] == (
        "The final sign-off comes last: the designated teacher must sign first."
    )


def test_A7_where_there_is_no_school_place_the_sentence_tells_the_virtual_schools_two_signatures_apart() -> None:
    assert signing(plan_of(has_school_place=False)).refusal(VS, "sign_off")["A7"] == (
        "The final sign-off comes last: the social worker and the Virtual School in the designated teacher's place "
        "must sign first."
    )


def test_A7_no_exception_stands_for_a_signature() -> None:
    for exceptions in ([{"rule": "B3", "reason": "x"}], [{"rule": "B9", "reason": "x"}]):
        assert signing().rules(VS, "sign_off", exceptions=exceptions) == ["A7"]


@pytest.mark.parametrize("by", [VS, MANAGER])
@pytest.mark.parametrize(("for_", "role"), [("social_worker", SW), ("designated_teacher", DT)])
def test_A4_a_signature_that_is_missing_for_good_reason_is_given_by_proxy(by: Any, for_: str, role: Any) -> None:
    case = signing()
    assert case.does(by, "proxy_sign", **{"for": for_, "reason": "Long illness."}).signed == (role,)


def test_A4_a_first_plan_in_the_holiday_is_not_the_teachers_to_sign_who_has_a_school() -> None:
    first = InitialPep(date(2026, 7, 27), date(2026, 8, 10), date(2026, 8, 24), date(2026, 8, 24), in_holiday=True)
    sentence = Case(plan_of(initial=first)).refusal(DT, "sign")["ROLE"]
    assert sentence.startswith("The school is closed until after this plan is due: the Virtual School signs")


def test_FORM_a_proxy_for_somebody_whom_the_policy_does_not_ask_is_told_who_signs() -> None:
    assert signing().refusal(VS, "proxy_sign", **{"for": "carer", "reason": "Away."}) == {
        "FORM": "for: by this authority's policy the carer does not sign; the social worker and the designated "
        "teacher do."
    }
    with_carer = signing(plan_of(policy=Policy(also_sign=(Role.CARER,))))
    assert with_carer.rules(VS, "proxy_sign", **{"for": "carer", "reason": "Away."}) == []


def test_A5_a_proxy_signs_under_the_same_rules() -> None:
    fields = {"for": "social_worker", "reason": "Long illness."}
    assert completing().rules(VS, "proxy_sign", **fields) == ["A5"]
    assert with_virtual_school().rules(VS, "proxy_sign", **fields) == ["ORDER"]


def test_A4_where_there_is_no_school_place_the_virtual_school_signs_for_the_teacher() -> None:
    case = signing(plan_of(has_school_place=False))
    assert case.missing == [("signature", SW), ("signature", VS)]
    case.does(VS, "sign")
    assert case.does(SW, "sign").stage is Stage.VIRTUAL_SCHOOL
    assert signing(plan_of(has_school_place=False)).refusal(DT, "sign") == {
        "ROLE": "The child has no school place: the Virtual School signs in the designated teacher's place, so nothing "
        "is asked of you."
    }
    by_proxy = signing(plan_of(has_school_place=False))
    by_proxy.does(MANAGER, "proxy_sign", **{"for": "designated_teacher", "reason": "No school yet."})
    assert by_proxy.missing == [("signature", SW)]


def test_A8_after_the_sign_off_nothing_is_written_signed_or_returned() -> None:
    case = signed_off()
    assert case.rules_of(DT, Section.GRANT, content_of(Section.GRANT)) == ["ORDER"]
    assert case.rules(SW, "sign") == ["ORDER"]
    assert case.rules(VS, "return", parts=["grant"], reasons="Second thoughts.") == ["ORDER"]
    assert case.rules(VS, "sign_off") == ["ORDER"]


def names(case: Case) -> dict[str, str]:
    return {deadline.name: deadline.on.isoformat() for deadline in deadlines(case.plan, case.standing)}


def test_A7_the_virtual_school_has_a_timer_of_its_own_from_the_last_signature() -> None:
    case = signing()
    case.does(SW, "sign")
    assert "virtual_school_sign_off" not in names(case)
    case.on("2026-10-19").does(DT, "sign")
    assert names(case)["virtual_school_sign_off"] == "2026-11-02"


def test_A7_a_plan_that_was_amended_gives_the_virtual_school_its_days_again() -> None:
    case = returned("grant").on("2026-11-03")
    case.submits(DT, Section.GRANT)
    case.does(SW, "sign")
    case.does(DT, "sign")
    assert names(case)["virtual_school_sign_off"] == "2026-11-10"


def test_signing_before_the_meeting_says_that_it_is_not_recorded() -> None:
    case = preparing()
    case.does(SW, "next_meeting", on="2027-01-20")
    assert "the meeting is not recorded" in case.refusal(SW, "sign")["ORDER"]

"""M5, A8: the use of the grant is agreed at the meeting, costed and within the caps; only the sign-off releases it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.policy import Policy
from contracts.review import GrantState, Section, Stage
from rules.grant import pounds
from tests.support.review_stages import (
    complete,
    completing,
    meeting_due,
    preparing,
    signed_off,
    signing,
    with_virtual_school,
)
from tests.support.reviews import DT, MEETING, SW, VS, grant, held_on, plan_of


def rules(*pence: int, **plan: Any) -> list[str]:
    return completing(plan_of(**plan)).rules_of(DT, Section.GRANT, grant(*pence))


def test_M5_lines_up_to_the_terms_cap_are_taken_and_a_penny_more_is_not() -> None:
    assert rules(25_000, 25_000) == []
    assert rules(25_000, 25_001) == ["M5"]


def test_M5_the_sentence_says_the_sum_and_the_limit_in_pounds() -> None:
    content = grant(30_000, 20_050)
    sentence = completing().refusal(DT, "submit", section="grant", content=content)["M5"]
    assert sentence == "The lines add up to £500.50, but the most for one term is £500: take lines out."


def test_M5_lines_stay_within_what_is_left_of_the_year() -> None:
    assert rules(20_000, year_remainder_pence=20_000) == []
    assert rules(20_001, year_remainder_pence=20_000) == ["M5"]
    assert rules(1, year_remainder_pence=0) == ["M5"]


def test_M5_lines_stay_within_what_the_meeting_agreed() -> None:
    case = completing(grant_pence=12_000)
    assert case.rules_of(DT, Section.GRANT, grant(12_000)) == []
    refusal = case.refusal(DT, "submit", section="grant", content=grant(12_001))
    assert "what the meeting agreed is £120" in refusal["M5"]


def test_M5_a_meeting_that_set_nothing_leaves_the_caps() -> None:
    assert completing().rules_of(DT, Section.GRANT, grant(50_000)) == []


def test_M5_a_meeting_that_agreed_none_of_it_takes_no_line() -> None:
    case = completing(grant_pence=0)
    assert case.rules_of(DT, Section.GRANT, grant(0)) == []
    assert case.rules_of(DT, Section.GRANT, grant(1)) == ["M5"]


def test_M5_the_caps_are_policy() -> None:
    assert rules(70_000, policy=replace(Policy(), term_cap_pence=70_000)) == []
    assert rules(70_001, policy=replace(Policy(), term_cap_pence=70_000)) == ["M5"]


def test_M5_lines_written_before_the_meeting_that_pass_what_it_agreed_are_written_again() -> None:
    case = meeting_due()
    assert case.submits(DT, Section.GRANT, content=grant(50_000)).grant_pence == 50_000
    case.does(DT, "record_meeting", **held_on(MEETING, grant_pence=30_000))
    assert (case.standing.grant_pence, ("grant", DT) in case.missing) == (0, True)


def test_M5_lines_written_before_the_meeting_that_it_agreed_stand() -> None:
    case = meeting_due()
    case.submits(DT, Section.GRANT, content=grant(30_000))
    case.does(DT, "record_meeting", **held_on(MEETING, grant_pence=30_000))
    assert (case.standing.grant_pence, ("grant", DT) in case.missing) == (30_000, False)


@pytest.mark.parametrize(
    "line",
    [
        {"target": 4, "what": "a tutor", "pence": 1},
        {"target": 0, "what": "a tutor", "pence": 1},
        {"what": "a tutor", "pence": 1},
        {"target": 1, "what": "a tutor", "pence": 0.5},
        {"target": 1, "what": "a tutor", "pence": "100"},
        {"target": 1, "what": "a tutor", "pence": True},
        {"target": 1, "what": "a tutor", "pence": -100},
        {"target": 1, "what": " ", "pence": 1},
        {"target": 1, "what": "a tutor"},
        {"target": 1, "what": "a tutor", "pence": 1, "pounds": 1},
    ],
)
def test_M5_a_line_is_whole_pence_for_one_target(line: dict[str, Any]) -> None:
    assert completing().rules_of(DT, Section.GRANT, {"lines": [line]}) == ["FORM"]


def test_M5_the_grant_must_be_agreed_by_everyone_before_the_sign_off() -> None:
    refusal = with_virtual_school(grant_agreed=False).refusal(VS, "sign_off")
    assert list(refusal) == ["M5"]
    assert "did not agree the use of the grant" in refusal["M5"]


def test_M5_the_agreement_is_asked_of_eligible_children_only() -> None:
    not_eligible = plan_of(grant_eligible=False)
    case = meeting_due(not_eligible)
    case.does(DT, "record_meeting", **held_on(MEETING, grant_agreed=None))
    assert ("grant", DT) not in case.missing
    complete(case)
    case.does(SW, "sign")
    case.does(DT, "sign")
    assert case.does(VS, "sign_off").stage is Stage.IN_FORCE
    assert meeting_due().rules(DT, "record_meeting", **held_on(MEETING, grant_agreed=None)) == ["FORM"]


def test_A8_the_sign_off_releases_the_sum_that_was_signed() -> None:
    case = with_virtual_school()
    assert (case.standing.grant, case.standing.grant_pence) == (GrantState.NOT_DUE, 30_000)
    standing = case.does(VS, "sign_off")
    assert (standing.stage, standing.grant, standing.grant_pence) == (Stage.PAYING, GrantState.RELEASING, 30_000)


def test_A8_nothing_is_released_where_nothing_was_asked() -> None:
    case = completing()
    case.submits(DT, Section.GRANT, content=grant())
    complete(case)
    case.does(SW, "sign")
    case.does(DT, "sign")
    standing = case.does(VS, "sign_off")
    assert (standing.stage, standing.grant) == (Stage.IN_FORCE, GrantState.NOTHING_ASKED)


def test_A8_nothing_is_released_to_a_child_who_is_not_eligible() -> None:
    standing = signed_off(plan_of(grant_eligible=False)).standing
    assert (standing.stage, standing.grant) == (Stage.IN_FORCE, GrantState.NOT_ELIGIBLE)


@pytest.mark.parametrize("stage", [preparing, meeting_due, completing, signing])
def test_A8_no_sign_off_no_release(stage: Any) -> None:
    case = stage()
    assert "A7" in case.rules(VS, "sign_off")
    assert case.standing.grant is GrantState.NOT_DUE


@given(
    st.lists(st.integers(0, 60_000), max_size=6),
    st.integers(0, 150_000),
    st.none() | st.integers(0, 60_000),
    st.sampled_from((50_000, 70_000)),
)
def test_M5_a_sum_is_taken_exactly_when_it_is_within_every_limit(
    pence: list[int], remainder: int, agreed: int | None, cap: int
) -> None:
    case = completing(plan_of(year_remainder_pence=remainder, policy=replace(Policy(), term_cap_pence=cap)))
    case.standing = replace(case.standing, grant_agreed_pence=agreed)
    limit = min(cap, remainder, agreed if agreed is not None else cap)
    rules = case.rules_of(DT, Section.GRANT, grant(*pence))
    assert rules == ([] if sum(pence) <= limit else ["M5"])
    if not rules:
        assert case.submits(DT, Section.GRANT, content=grant(*pence)).grant_pence == sum(pence)


@given(st.integers(0, 10_000_000))
def test_pounds_loses_no_penny(pence: int) -> None:
    written = pounds(pence).removeprefix("£").replace(",", "")
    whole, _, rest = written.partition(".")
    assert int(whole) * 100 + int(rest or 0) == pence
    assert len(rest) in (0, 2)

"""B12: what the Virtual School itself does towards a target stands among its strategies, as a kind of its own."""

from typing import Any

import pytest

from contracts.review import ReviewPlan, Section
from tests.support.review_stages import preparing
from tests.support.reviews import DT, plan_of, target, targets

VISIT = {"what": "a reading mentor of the Virtual School", "kind": "virtual_school"}
TUTOR = {"what": "a tutor", "kind": "pupil_premium"}
NOT_ELIGIBLE = plan_of(grant_eligible=False)


def rules_against(plan: ReviewPlan, *strategies: dict[str, Any]) -> list[str]:
    content = targets(target(1, strategies=list(strategies)))
    return preparing(plan).rules_of(DT, Section.TARGETS, content)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_B12_an_intervention_of_the_virtual_school_is_recorded_with_any_target(number: int) -> None:
    content = targets(target(number, strategies=[TUTOR, VISIT]))
    assert preparing().rules_of(DT, Section.TARGETS, content) == []


def test_B12_it_is_no_use_of_the_pupil_premium() -> None:
    assert rules_against(plan_of(), VISIT) == ["B11"]
    assert rules_against(plan_of(), VISIT, TUTOR) == []


def test_B12_it_is_strategy_enough_for_a_child_without_the_grant() -> None:
    assert rules_against(NOT_ELIGIBLE, VISIT) == []


UNCLEAR = [{"what": "a visit", "kind": "council"}, {"what": "a visit"}, {**VISIT, "what": ""}]


@pytest.mark.parametrize("strategy", UNCLEAR)
def test_B12_the_kind_is_one_of_three_and_says_what_is_done(strategy: dict[str, Any]) -> None:
    refusal = preparing().refusal(
        DT, "submit", section="targets", content=targets(target(1, strategies=[TUTOR, strategy]))
    )
    assert list(refusal) == ["FORM"]
    assert refusal["FORM"].startswith("content.targets, line 1, strategies, line 2, ")

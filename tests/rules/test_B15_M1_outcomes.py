"""B15, M1: the last plan's targets are reviewed, each of them, before new ones are set, and again at the meeting."""

from typing import Any

import pytest

from contracts.review import Section
from tests.support.reviews import DT, MEETING, SW, VS, Case, content_of, held_on, outcomes, plan_of

PREVIOUS, TARGETS = Section.PREVIOUS_TARGETS, Section.TARGETS


def of(*numbers: int, **changes: Any) -> dict[str, Any]:
    """Outcomes of these targets, each with its impact."""
    return {
        "outcomes": [{"number": number, "outcome": "partly", "impact": "reads more", **changes} for number in numbers]
    }


@pytest.fixture
def second() -> Case:
    """A child's second PEP, before its meeting on 14 October."""
    case = Case(plan_of(follows_a_pep=True)).on("2026-09-10")
    case.does(SW, "arrange_meeting", on=str(MEETING))
    return case


@pytest.fixture
def met(second: Case) -> Case:
    """Its meeting was held; the teacher had recorded outcomes and set targets before."""
    for section in (PREVIOUS, Section.ATTAINMENT, TARGETS):
        second.submits(DT, section)
    second.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    return second


def test_B15_new_targets_wait_for_the_outcomes_of_the_last(second: Case) -> None:
    refusal = second.refusal(DT, "submit", section=TARGETS, content=content_of(TARGETS))
    assert list(refusal) == ["B15"]
    assert "previous targets first" in refusal["B15"]
    second.submits(DT, PREVIOUS)
    second.submits(DT, TARGETS)


def test_B15_a_first_pep_has_none_to_wait_for() -> None:
    first = Case().on("2026-09-10")
    assert first.rules_of(DT, PREVIOUS, outcomes()) == ["ORDER"]
    first.submits(DT, TARGETS)


@pytest.mark.parametrize(
    ("numbers", "absent"),
    [((1, 2), "target 3"), ((2,), "targets 1 and 3"), ((3, 1), "target 2")],
)
def test_B15_every_target_has_an_outcome(second: Case, numbers: tuple[int, ...], absent: str) -> None:
    refusal = second.refusal(DT, "submit", section=PREVIOUS, content=of(*numbers))
    assert list(refusal) == ["B15"]
    assert f"Say what became of {absent} too" in refusal["B15"]


def test_B15_no_target_has_two(second: Case) -> None:
    refusal = second.refusal(DT, "submit", section=PREVIOUS, content=of(1, 2, 2))
    assert "target 3 too" in refusal["B15"]
    assert "not two" in refusal["B15"]


def test_B15_the_order_of_the_outcomes_does_not_matter(second: Case) -> None:
    second.submits(DT, PREVIOUS, content=of(3, 1, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        of(1, 2, 3, 1),
        of(),
        of(1, 2, 4),
        of(1, 2, 3, outcome="nearly"),
        of(1, 2, 3, spent_pence=-1),
        {"words": "All met."},
    ],
)
def test_B15_what_is_no_outcome_is_refused_for_its_form(second: Case, wrong: dict[str, Any]) -> None:
    assert second.rules_of(DT, PREVIOUS, wrong) == ["FORM"]


@pytest.mark.parametrize("silent", ["", "  \n "])
def test_M1_before_the_meeting_the_impact_may_be_open_and_after_it_not(second: Case, silent: str) -> None:
    content = of(1, 2, 3, impact=silent)
    second.submits(DT, PREVIOUS, content=content)
    second.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    refusal = second.refusal(DT, "submit", section=PREVIOUS, content=content)
    assert list(refusal) == ["M1"]
    assert "Targets 1, 2 and 3: say" in refusal["M1"]


def test_M1_only_the_targets_that_say_nothing_are_named(met: Case) -> None:
    content = {"outcomes": [*of(1, 3)["outcomes"], {"number": 2, "outcome": "met"}]}
    assert "Target 2:" in met.refusal(SW, "submit", section=PREVIOUS, content=content)["M1"]


def test_B15_M1_what_is_missing_and_what_is_silent_are_answered_together(met: Case) -> None:
    assert met.rules_of(SW, PREVIOUS, of(1, 2, impact="")) == ["B15", "M1"]


def test_M1_after_the_meeting_both_parties_owe_it_with_its_impact(met: Case) -> None:
    owed = {("previous_targets", DT), ("previous_targets", SW)}
    assert owed <= set(met.missing)
    met.submits(DT, PREVIOUS)
    assert owed & set(met.missing) == {("previous_targets", SW)}
    met.submits(SW, PREVIOUS)
    assert not owed & set(met.missing)


def test_M1_before_the_meeting_it_is_the_teachers_alone(second: Case) -> None:
    assert second.rules_of(SW, PREVIOUS, outcomes()) == ["ROLE"]


def test_B15_without_a_school_place_the_virtual_school_records_the_outcomes() -> None:
    case = Case(plan_of(follows_a_pep=True, has_school_place=False)).on("2026-09-10")
    assert case.rules_of(VS, TARGETS, content_of(TARGETS)) == ["B15"]
    case.submits(VS, PREVIOUS)
    case.submits(VS, TARGETS)

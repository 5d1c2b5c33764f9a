"""M1: the impact of the grant for each target and for the pounds that were spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.people import Role
from rules.impact import Became, Impact, exact_pounds, impact_in_words, school_first, whole, whole_in_words

PENCE = some.integers(0, 10_000_000)
IMPACTS = some.lists(
    some.builds(Impact, PENCE, some.none() | PENCE, some.sampled_from([None, "met", "partly", "not_met"]))
)


@pytest.mark.parametrize(
    ("impact", "words"),
    [
        (Impact(20_000, 15_000, "met"), "met for £150.00 of £200.00"),
        (Impact(10_000, 10_005, "partly"), "partly met for £100.05 of £100.00"),
        (Impact(0, 0, "not_met"), "not met for £0.00 of £0.00"),
        (Impact(123_456), "£1,234.56 agreed, no outcome reported yet"),
    ],
)
def test_M1_a_target_says_what_came_of_its_money(impact: Impact, words: str) -> None:
    assert impact_in_words(impact) == words


@pytest.mark.parametrize(
    ("became", "words"),
    [
        (["met", "met", "met"], "3 met for £3.00 of £6.00"),
        (["met", "not_met", "partly"], "1 met, 1 partly met, 1 not met for £3.00 of £6.00"),
    ],
)
def test_M1_a_plan_says_what_came_of_all_of_it(became: list[Became], words: str) -> None:
    assert whole_in_words(whole([Impact(200, 100, outcome) for outcome in became])) == words


def test_M1_a_plan_says_what_is_not_reported_yet() -> None:
    assert (
        whole_in_words(whole([Impact(200), Impact(100, 50, "met")])) == "1 met for £0.50 of £3.00 (1 not reported yet)"
    )
    assert whole_in_words(whole([Impact(200), Impact(100)])) == "£3.00 agreed, no outcome reported yet"


@given(IMPACTS)
def test_M1_no_penny_and_no_target_is_lost_in_the_sum(impacts: list[Impact]) -> None:
    found = whole(impacts)
    assert found.agreed_pence == sum(one.agreed_pence for one in impacts)
    assert found.spent_pence == sum(one.spent_pence or 0 for one in impacts)
    assert found.met + found.partly + found.not_met + found.not_reported == len(impacts)


@given(PENCE)
def test_M1_pounds_are_exact_to_the_penny(pence: int) -> None:
    assert int(exact_pounds(pence).removeprefix("£").replace(",", "").replace(".", "")) == pence
    assert exact_pounds(pence)[-3] == "."


def test_M1_the_schools_word_counts_target_by_target_and_its_newest() -> None:
    """The Virtual School does the part without a place; what the school leaves out is the social worker's to say."""
    versions = [
        (Role.DESIGNATED_TEACHER, {1: 500, 2: 400}),
        (Role.VIRTUAL_SCHOOL, {1: 300, 2: 200}),
        (Role.SOCIAL_WORKER, {1: 0, 2: 0, 3: 700}),
    ]
    assert school_first(versions) == {1: 300, 2: 200, 3: 700}
    assert school_first(versions[2:]) == {1: 0, 2: 0, 3: 700}
    assert school_first([]) == {}

"""Grants and additional funding that do not go the straight way (tests/acts/edge_cases)."""

from datetime import UTC, datetime

from tests.support.edge_cases import EdgeCases

DT, SW = "designated_teacher", "social_worker"


def test_A12_funding_that_is_agreed_is_paid_once_beside_the_grant(autumn: EdgeCases) -> None:
    assert [(row["pence"], row["key"]) for row in autumn.of("E19", "funding")] == [(100_000, "funding-E19-1")]
    assert [row["pence"] for row in autumn.of("E19", "grant")] == [45_000]
    decided = "2026-11-04T10:05:00+00:00"
    assert sorted(autumn.letters("E19", "funding_decided")) == [
        (decided, "funding_decided", DT),
        (decided, "funding_decided", SW),
    ]
    assert autumn.refusals("E19") == [("decide_funding", ["FORM"]), ("decide_funding", ["ORDER"])]
    assert autumn.said("E19", "decide_funding") == [
        "pence: the application asks for £1,200; agree that or less.",
        "This application is agreed already; a new need is a new application.",
    ]


def test_A12_funding_that_is_declined_pays_nothing_and_tells_both(autumn: EdgeCases) -> None:
    assert autumn.of("E20", "funding") == []
    assert {to for _, _, to in autumn.letters("E20", "funding_decided")} == {DT, SW}


def test_A12_a_late_decision_is_told_to_the_head_once_and_pays_all_the_same(autumn: EdgeCases) -> None:
    assert autumn.letters("E21", "escalation") == [("2026-09-22T08:00:00+01:00", "escalation", "virtual_school_head")]
    assert [row["pence"] for row in autumn.of("E21", "funding")] == [120_000]
    assert autumn.refusals("E21") == [("decide_funding", ["ORDER"])]


def test_A8_a_plan_that_is_opened_again_is_never_paid_again_and_a_smaller_sum_is_owed_back(autumn: EdgeCases) -> None:
    assert [(row["at"][:10], row["pence"]) for row in autumn.of("E25", "grant")] == [("2026-10-16", 45_000)]
    assert autumn.stages("E25")[-3:] == ["2026-11-03 signing", "2026-11-05 virtual_school", "2026-11-06 in_force"]
    assert [(one["grant_key"], one["pence"]) for one in autumn.corrections] == [("grant-E25-2026-27-autumn", -15_000)]
    paid = [grant for grant in autumn.grants if grant["child"] == "E25"]
    assert [(grant["pence"], grant["state"]) for grant in paid] == [(45_000, "confirmed")]
    assert len(autumn.letters("E25", "grant_released")) == 2, "the money of October, and no other"


def test_M5_the_sum_stays_within_the_cap_and_what_the_meeting_agreed(autumn: EdgeCases) -> None:
    assert autumn.refusals("E30") == [("submit", ["M5"]), ("submit", ["M5"])]
    assert autumn.said("E30", "submit") == [
        "The lines add up to £600, but the most for one term is £500: take lines out.",
        "The lines add up to £500, but what the meeting agreed is £450: take lines out.",
    ]
    assert [row["pence"] for row in autumn.of("E30", "grant")] == [45_000]


def test_B11_a_child_who_is_not_eligible_has_a_plan_without_a_grant(autumn: EdgeCases) -> None:
    """Independent school: any strategy will do, the meeting agrees no sum, and nothing is paid."""
    assert autumn.refusals("E33") == [("submit", ["ORDER"])]
    assert autumn.stages("E33")[-2:] == ["2026-10-15 virtual_school", "2026-10-16 in_force"]
    assert autumn.of("E33", "grant") == []
    assert autumn.letters("E33", "grant_released") == []


def test_A8_a_spring_grant_that_is_released_in_april_is_springs_and_paid_in_the_new_financial_year(
    spring: EdgeCases,
) -> None:
    assert [(row["at"], row["key"]) for row in spring.of("P04", "grant", "spring")] == [
        ("2027-04-01T11:00:00+01:00", "grant-P04-2026-27-spring")
    ]
    paid = {grant["child"]: grant["settled_at"] for grant in spring.grants}
    assert paid["P01"] < datetime(2027, 3, 31, 23, tzinfo=UTC) < paid["P04"]
    assert spring.letters("P04", "grant_released", term="spring") == [
        ("2027-04-01T11:00:00+01:00", "grant_released", SW),
        ("2027-04-12T08:00:00+01:00", "grant_released", DT),
    ]


def test_A8_every_child_is_paid_at_most_once_a_term(autumn: EdgeCases, spring: EdgeCases, summer: EdgeCases) -> None:
    for played in (autumn, spring, summer):
        keys = [row["key"] for row in played.rows if row["what"] == "grant"]
        assert len(set(keys)) == len(keys)
        assert sorted(keys) == sorted(grant["key"] for grant in played.grants)

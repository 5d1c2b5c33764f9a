"""Completion, signatures, return, sign-off and the grant, played on the time-skipping server."""

import pytest

from tests.support.temporal_played import Theatre

DT, SW, VS = "designated_teacher", "social_worker", "virtual_school"
CHASERS = ("completion_nudge", "completion_overdue", "escalation")


@pytest.mark.parametrize(("child", "late"), [("C4", DT), ("C5", SW)])
def test_A3_only_the_party_whose_part_is_missing_is_chased(theatre: Theatre, child: str, late: str) -> None:
    """The meeting was on 4 November: nudged on day 5, overdue on day 8 with the Virtual School in copy."""
    assert theatre.letters(child, "completion_nudge", "completion_overdue") == [
        ("2026-11-09T08:00:00+00:00", "completion_nudge", late),
        ("2026-11-12T08:00:00+00:00", "completion_overdue", late),
        ("2026-11-12T08:00:00+00:00", "completion_overdue", VS),
    ]


@pytest.mark.parametrize("child", ["C4", "C5"])
def test_A6_escalation_goes_to_the_manager_on_day_14_and_to_the_head_and_the_iro_on_day_21(
    theatre: Theatre, child: str
) -> None:
    """The head teacher has no address here, so the team manager hears of a late teacher too."""
    found = [(row["at"], row["to"], row["level"]) for row in theatre.of(child, "letter") if row["kind"] == "escalation"]
    assert found == [
        ("2026-11-18T08:00:00+00:00", "team_manager", 1),
        ("2026-11-25T08:00:00+00:00", "iro", 2),
        ("2026-11-25T08:00:00+00:00", "virtual_school_head", 2),
    ]


def test_A3_chasers_of_a_school_person_wait_for_the_end_of_half_term_and_become_one_letter(theatre: Theatre) -> None:
    """Day 5 is in half term, day 8 on a Saturday: the teacher gets one letter on Monday, that it is overdue."""
    assert theatre.letters("C7", *CHASERS)[:5] == [
        ("2026-10-28T08:00:00+00:00", "completion_nudge", SW),
        ("2026-11-02T08:00:00+00:00", "completion_overdue", DT),
        ("2026-11-02T08:00:00+00:00", "completion_overdue", SW),
        ("2026-11-02T08:00:00+00:00", "completion_overdue", VS),
        ("2026-11-06T08:00:00+00:00", "escalation", "team_manager"),
    ]


def test_A3_nobody_is_chased_who_is_in_time(theatre: Theatre) -> None:
    assert theatre.letters("C1", *CHASERS) == []


def test_A4_both_are_asked_to_sign_and_asked_again_after_a_return_and_after_a_change_of_content(
    theatre: Theatre,
) -> None:
    asked = [at for at, _, role in theatre.letters("C6", "signature_asked") if role == DT]
    assert asked == ["2026-09-23T10:15:00+01:00", "2026-09-30T15:00:00+01:00", "2026-10-01T09:00:00+01:00"]
    assert [at for at, _, role in theatre.letters("C6", "signature_asked") if role == SW] == asked


def test_A4_a_return_goes_to_the_owner_of_the_part_voids_signatures_and_is_due_in_five_school_days(
    theatre: Theatre,
) -> None:
    returned = "2026-09-28T11:00:00+01:00"
    assert theatre.letters("C6", "returned") == [(returned, "returned", DT)]
    amendment = next(row for row in theatre.of("C6", "deadline") if row["name"] == "amendment")
    assert (amendment["at"], amendment["on"]) == (returned, "2026-10-05")
    refused = theatre.of("C6", "refused")
    assert [row["rules"] for row in refused] == [["A7"]]
    assert "the social worker and the designated teacher must sign first" in refused[0]["sentences"][0]


def test_A7_the_virtual_school_has_a_timer_of_its_own(theatre: Theatre) -> None:
    """Both signed on 1 October: due after five school days, and the head is told the day after."""
    from_then = [letter for letter in theatre.letters("C6") if "2026-10-01T15" <= letter[0] < "2026-10-12"]
    assert from_then == [
        ("2026-10-01T15:00:00+01:00", "sign_off_due", VS),
        ("2026-10-08T08:00:00+01:00", "sign_off_due", VS),
        ("2026-10-09T08:00:00+01:00", "escalation", "virtual_school_head"),
    ]


@pytest.mark.parametrize(
    ("child", "signed_off"),
    [
        ("C1", "2026-10-16T11:00:00+01:00"),
        ("C4", "2027-01-07T11:00:00+00:00"),
        ("C6", "2026-10-12T11:00:00+01:00"),
    ],
)
def test_A8_the_grant_is_released_once_and_only_by_the_sign_off(theatre: Theatre, child: str, signed_off: str) -> None:
    accepted = [row for row in theatre.of(child, "accepted") if row["action"] == "sign_off"]
    assert [row["at"] for row in accepted] == [signed_off]
    grants = theatre.of(child, "grant")
    assert [(row["at"], row["pence"], row["key"]) for row in grants] == [
        (signed_off, 45_000, f"grant-{child}-2026-27-autumn")
    ]
    assert theatre.rows.index(accepted[0]) < theatre.rows.index(grants[0])
    told = theatre.letters(child, "grant_released")
    assert told == [(signed_off, "grant_released", DT), (signed_off, "grant_released", SW)]


def test_A8_no_other_child_gets_a_grant(theatre: Theatre) -> None:
    assert {row["child"] for row in theatre.rows if row["what"] == "grant"} == {"C1", "C4", "C6"}


def test_an_unfinished_plan_goes_on_after_the_term(theatre: Theatre) -> None:
    stages = [(row["at"][:10], row["stage"]) for row in theatre.of("C4", "stage")]
    assert stages[-5:] == [
        ("2026-11-04", "completing"),
        ("2027-01-05", "signing"),
        ("2027-01-06", "virtual_school"),
        ("2027-01-07", "paying"),
        ("2027-01-07", "in_force"),
    ]
    assert theatre.of("C4", "missed") == []
    assert theatre.of("C4", "opened", "spring"), "the next term's review opens all the same"

"""A9, A11: between two meetings the teacher says how the targets go, and a concern reaches the Virtual School."""

from typing import Any

import pytest

from casework.authority import AuthorityDetails, set_up
from contracts.people import Role
from store.outbox_tables import Letter
from tests.support.reviews import DT, MANAGER, SW, VS
from tests.support.taken import SPRING, Desk, in_force, opened, with_a_meeting

AUTHORITY = AuthorityDetails("Exampleshire", "vs@council.example", virtual_school_head_email="head@council.example")
CONCERN: dict[str, Any] = {"target": 2, "words": "The tutor has left."}
CHECK_IN: dict[str, Any] = {"target": 2, "on_track": True, "words": "Seven of ten."}


@pytest.fixture
async def running(desk: Desk) -> Desk:
    """The autumn's plan is in force."""
    await set_up(desk.database, AUTHORITY)
    return (await in_force(desk)).on("2026-11-10")


async def told(desk: Desk) -> list[tuple[str, int]]:
    """Who was told of a concern, and about which target."""
    letters = [letter for letter in await desk.rows(Letter) if letter.kind == "concern_raised"]
    assert {letter.dated for letter in letters} <= {desk.clock.at}, "the same day"
    return [(letter.address, letter.facts["target"]) for letter in letters]


@pytest.mark.parametrize("by", [DT, SW, Role.PASTORAL, Role.CARER])
async def test_A11_a_concern_is_told_to_the_virtual_school_at_once(running: Desk, by: Role) -> None:
    await running.does(by, "raise_concern", **CONCERN)
    assert await told(running) == [("vs@council.example", 2)]


async def test_A11_every_concern_is_told_and_the_words_stay_in_the_record(running: Desk) -> None:
    for number in (1, 3):
        await running.does(DT, "raise_concern", target=number, words="Quixotic words")
    assert await told(running) == [("vs@council.example", 1), ("vs@council.example", 3)]
    assert "Quixotic" not in str([letter.facts for letter in await running.rows(Letter)])


async def test_A11_a_concern_about_the_plan_in_force_is_taken_when_the_next_review_has_opened(
    running: Desk,
) -> None:
    running.on("2027-01-05")
    await running.opens(SPRING)
    await running.does(DT, "raise_concern", **CONCERN)
    assert await told(running) == [("vs@council.example", 2)]


async def test_A11_a_concern_changes_nothing_that_is_waited_for(running: Desk) -> None:
    before = (await running.standing()).stage
    await running.does(DT, "raise_concern", **CONCERN)
    assert (await running.standing()).stage is before


@pytest.mark.parametrize("by", [VS, MANAGER, Role.YOUNG_PERSON])
async def test_A11_others_tell_one_of_the_two_parties(running: Desk, by: Role) -> None:
    assert await running.rules(by, "raise_concern", **CONCERN) == ["ROLE"]
    assert await told(running) == []


async def test_A11_without_targets_there_is_nothing_to_be_concerned_about(desk: Desk) -> None:
    await opened(desk)
    assert await desk.rules(DT, "raise_concern", **CONCERN) == ["ORDER"]


async def test_A9_a_check_in_is_kept_and_a_target_on_track_worries_nobody(running: Desk) -> None:
    await running.does(DT, "check_in", **CHECK_IN, strategies_in_place=True, told_staff=True)
    assert (await running.standing()).checked_in
    assert await told(running) == []


async def test_A9_A11_a_target_that_is_not_on_track_is_told_to_the_virtual_school(running: Desk) -> None:
    await running.does(DT, "check_in", **{**CHECK_IN, "on_track": False})
    assert await told(running) == [("vs@council.example", 2)]


async def test_A9_a_check_in_follows_the_meeting(desk: Desk) -> None:
    await with_a_meeting(desk)
    assert await desk.rules(DT, "check_in", **CHECK_IN) == ["ORDER"]


@pytest.mark.parametrize("by", [SW, VS, Role.PASTORAL])
async def test_A9_the_check_in_is_the_designated_teachers(running: Desk, by: Role) -> None:
    assert await running.rules(by, "check_in", **CHECK_IN) == ["ROLE"]

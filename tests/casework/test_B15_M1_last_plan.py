"""B12, B15, M1, A9, A11: what is carried from plan to plan can be read where the next plan is made."""

from typing import Any

import pytest

from casework.plan_view import NoSuchPlan, plan_object
from contracts.people import Role
from rules.sharing import EVERYTHING
from store.cases import addresses
from tests.support.carried import (
    LINES,
    autumn_in_force,
    between_the_meetings,
    met_in_spring,
    reviewed_in_spring,
)
from tests.support.reviews import DT, MEETING, SW, VS, held_on, target, targets
from tests.support.taken import AUTUMN, SPRING, Desk, in_force, opened, with_a_meeting
from web.api.plan_shapes import PlanObject


async def plan_of(desk: Desk, term: str | None = None) -> dict[str, Any]:
    """The whole plan, which has the shape that the API describes."""
    async with desk.database.transaction() as session:
        found = await plan_object(session, await desk.case(), EVERYTHING, desk.clock.at, term=term)
    PlanObject.model_validate(found)
    return found


@pytest.fixture
async def spring(desk: Desk) -> Desk:
    return await reviewed_in_spring(await between_the_meetings(await autumn_in_force(desk)))


async def test_B15_the_last_targets_are_carried_forward_as_they_were_signed_off(spring: Desk) -> None:
    last = (await plan_of(spring))["last_plan"]
    assert (last["term"], last["signed_off_at"]) == (AUTUMN, "2026-10-16T10:00:00+01:00")
    assert [one["target"]["number"] for one in last["targets"]] == [1, 2, 3]
    assert last["targets"][0]["target"]["what"] == "multiply fractions", "not the wording before it was changed"


async def test_B15_targets_that_are_rewritten_after_a_reopening_count_once_they_are_signed_off_again(
    desk: Desk,
) -> None:
    await autumn_in_force(desk)
    await desk.on("2026-11-12").does(VS, "reopen", reason="A wrong measure.")
    assert not (await plan_of(desk))["sign_off"]["stands"]
    again = targets(target(1, what="divide fractions"))
    await desk.on("2026-11-13").does(DT, "submit", section="targets", content=again)
    await desk.on("2026-12-09").opens(SPRING)
    assert await first_wording(desk) == "multiply fractions"
    for party in (SW, DT):
        await desk.does(party, "sign")
    await desk.on("2026-12-10").does(VS, "sign_off", exceptions=[{"rule": "B9", "reason": "Was ill."}])
    assert await first_wording(desk) == "divide fractions"


async def first_wording(desk: Desk) -> str:
    """The first of the last targets, as the spring's plan has it."""
    first: dict[str, Any] = (await plan_of(desk, SPRING))["last_plan"]["targets"][0]["target"]
    return str(first["what"])


async def test_B12_each_strategy_is_under_its_own_kind(spring: Desk) -> None:
    first, second, _ = (await plan_of(spring))["last_plan"]["targets"]
    assert first["strategies"] == {
        "school": ["a seat at the front"],
        "pupil_premium": ["small group"],
        "virtual_school": ["a reading mentor"],
    }
    assert second["strategies"] == {"school": [], "pupil_premium": ["small group"], "virtual_school": []}
    assert first["outcomes"][0]["virtual_school_impact"] == "Weekly."


async def test_A9_check_ins_feed_the_next_review(spring: Desk) -> None:
    plan = await plan_of(spring)
    _, second, third = plan["last_plan"]["targets"]
    assert second["check_ins"] == [
        {
            "role": "designated_teacher",
            "name": None,
            "at": "2026-11-10T10:00:00+00:00",
            "on_track": True,
            "words": "Seven of ten.",
            "strategies_in_place": True,
            "told_staff": None,
        }
    ]
    assert third["check_ins"] == []
    (in_force, _) = (await plan_of(spring, AUTUMN))["targets"][1:]
    assert in_force["check_ins"] == second["check_ins"], "the plan in force shows them as well"


async def test_A11_concerns_stand_beside_their_target(spring: Desk) -> None:
    _, second, third = (await plan_of(spring))["last_plan"]["targets"]
    (concern,) = third["concerns"]
    assert (concern["role"], concern["words"]) == ("carer", "The club closed.")
    assert second["concerns"] == []


async def test_M1_the_impact_per_pound_of_each_target_and_in_all(spring: Desk) -> None:
    last = (await plan_of(spring))["last_plan"]
    assert [one["impact_per_pound"] for one in last["targets"]] == [
        {
            "agreed_pence": 20_000,
            "spent_pence": 15_000,
            "outcome": "met",
            "sentence": "met for £150.00 of £200.00",
        },
        {"agreed_pence": 0, "spent_pence": 0, "outcome": "partly", "sentence": "partly met for £0.00 of £0.00"},
        {
            "agreed_pence": 10_000,
            "spent_pence": 2_501,
            "outcome": "not_met",
            "sentence": "not met for £25.01 of £100.00",
        },
    ]
    in_all = last["impact_per_pound"]
    assert (in_all["agreed_pence"], in_all["spent_pence"]) == (30_000, 17_501)
    assert in_all["sentence"] == "1 met, 1 partly met, 1 not met for £175.01 of £300.00"
    assert last["grant"] == {"state": "paid", "pence": 30_000}
    assert last["targets"][0]["grant_lines"] == [{"what": one["what"], "pence": one["pence"]} for one in LINES[:2]]


async def test_M1_both_parties_outcomes_are_shown_and_the_schools_spending_counts(spring: Desk) -> None:
    await met_in_spring(spring)
    first, _, third = (await plan_of(spring, SPRING))["last_plan"]["targets"]
    said = [(one["role"], one["outcome"], one["spent_pence"]) for one in third["outcomes"]]
    assert sorted(said) == [("designated_teacher", "not_met", 2_501), ("social_worker", "met", 0)]
    assert third["impact_per_pound"]["sentence"] == "not met for £25.01 of £100.00"
    assert {one["impact"] for one in first["outcomes"]} == {"Reads aloud.", "As I see it."}


async def test_M1_before_anybody_reported_there_is_money_and_no_outcome(desk: Desk) -> None:
    await autumn_in_force(desk)
    await desk.on("2026-12-09").opens(SPRING)
    last = (await plan_of(desk, SPRING))["last_plan"]
    first = last["targets"][0]["impact_per_pound"]
    assert (first["spent_pence"], first["outcome"]) == (None, None)
    assert first["sentence"] == "£200.00 agreed, no outcome reported yet"
    assert last["impact_per_pound"]["not_reported"] == 3


async def test_B15_a_missed_term_is_passed_over_and_the_plan_before_it_is_carried(desk: Desk) -> None:
    await reviewed_in_spring(await in_force(desk))
    await desk.does(DT, "submit", section="targets", content=targets(target(1, what="of a missed term")))
    await desk.on("2027-04-01").passes(1)
    await desk.opens("2026/27 summer")
    assert (await desk.stages())[1] == "missed"
    assert (await plan_of(desk, "summer"))["last_plan"]["term"] == AUTUMN


async def test_B15_a_first_plan_has_nothing_before_it(desk: Desk) -> None:
    await opened(desk)
    plan = await plan_of(desk)
    assert (plan["term"], plan["last_plan"], plan["targets"], plan["sections"]) == (AUTUMN, None, None, [])


async def test_every_party_has_its_newest_version_and_says_who_wrote_it_when(desk: Desk) -> None:
    await autumn_in_force(desk)
    sections = {one["section"]: one["versions"] for one in (await plan_of(desk))["sections"]}
    (written,) = sections["targets"]
    assert (written["role"], written["state"]) == ("designated_teacher", "submitted")
    assert written["at"] == "2026-10-01T10:00:00+01:00"
    assert written["content"]["targets"][0]["strategies"][2]["what"] == "a seat at the front"
    assert {one["role"] for one in sections["voice"]} == {"social_worker", "designated_teacher"}
    assert written["revision"] < sections["voice"][0]["revision"]


async def test_B14_what_pastoral_staff_drafted_shows_as_not_checked(desk: Desk) -> None:
    await with_a_meeting(desk)
    async with desk.database.transaction() as session:
        (teacher,) = await addresses(session, await desk.case(), DT)
    await desk.does(DT, "delegate", to=f"pastoral@{teacher.rpartition('@')[2]}", section="targets")
    await desk.does(Role.PASTORAL, "submit", section="targets", content=targets())
    (section,) = (await plan_of(desk))["sections"]
    assert [(one["role"], one["state"]) for one in section["versions"]] == [("pastoral", "not_checked")]
    await desk.does(DT, "check_targets")
    (section,) = (await plan_of(desk))["sections"]
    assert section["versions"][0]["state"] == "submitted"


async def test_M2_M3_M4_B4_the_meetings_record_attendees_and_exceptions_are_read_back(desk: Desk) -> None:
    await between_the_meetings(await autumn_in_force(desk))
    plan = await plan_of(desk)
    meeting, record = plan["meeting"], plan["meeting"]["record"]
    assert meeting["held_on"] == "2026-10-14"
    assert meeting["actions"] == [{"what": "lend a laptop", "owner": "the SENCO", "by": "2026-11-02"}]
    assert (record["confidential"], record["reason"]) == (False, "Thin walls.")
    assert (record["young_person"], record["targets_agreed"]) == ("did_not_take_part", "agreed")
    (carer,) = plan["attendees"]
    assert (carer["kind"], carer["name"], carer["answer"]) == ("carer", "Ada Quill", "Comes.")
    assert "ada@home.example" not in str(plan)
    assert plan["sign_off"]["exceptions"] == [{"rule": "B9", "reason": "Was ill."}]
    assert plan["sign_off"]["stands"]
    assert [(one["role"], one["kind"], one["words"]) for one in plan["views"]] == [
        ("young_person", "views", "I like maths."),
        ("carer", "agreement", "Fine by us."),
    ]
    (application,) = plan["funding"]
    assert (application["asked_pence"], application["state"], application["why"]) == (20_000, "applied", "A laptop.")


async def test_A12_an_application_shows_what_was_decided_and_why(desk: Desk) -> None:
    await between_the_meetings(await autumn_in_force(desk))
    (application,) = (await plan_of(desk))["funding"]
    decided: dict[str, Any] = {"agreed": False, "pence": 0, "reason": "The school has laptops."}
    await desk.does(VS, "decide_funding", application=application["application"], **decided)
    (application,) = (await plan_of(desk))["funding"]
    assert (application["state"], application["reason"]) == ("declined", "The school has laptops.")


async def test_M3_targets_that_the_meeting_redefined_are_to_be_written_again(desk: Desk) -> None:
    await with_a_meeting(desk)
    await desk.does(DT, "submit", section="targets", content=targets())
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING, targets_agreed="redefined"))
    (section,) = (await plan_of(desk))["sections"]
    assert section["versions"][0]["state"] == "to_be_written_again"


async def test_a_term_without_a_review_says_which_there_are(desk: Desk) -> None:
    with pytest.raises(NoSuchPlan, match="It opens"):
        await plan_of(desk)
    await opened(desk)
    with pytest.raises(NoSuchPlan, match="2026/27 autumn"):
        await plan_of(desk, SPRING)
    assert (await plan_of(desk, "autumn"))["term"] == AUTUMN

"""A closed plan that is opened again: its history stays true, and the ledger ends where the plan does (A8, M5)."""

from dataclasses import replace

import pytest

from contracts.policy import LateGrant
from contracts.review import GrantState, Section, Stage
from store.money_tables import GrantCorrection, GrantRow
from store.reviews import keep_plan
from store.tables import CaseEvent, StoredAct
from tests.support.reviews import DT, SW, VS, grant, held_on
from tests.support.taken import SPRING, Desk, complete, in_force, opened, paid_in_the_ledger, signed


async def signed_off_again(desk: Desk, day: str, pence: int) -> str:
    """Opened again, with another sum for the grant, and signed off; gives the sign-off's id."""
    await desk.on(day).does(VS, "reopen", reason="The club costs something else.")
    await desk.does(DT, "submit", section="grant", content=grant(pence))
    for role in (SW, DT):
        await desk.does(role, "sign")
    return (await desk.does(VS, "sign_off")).id


async def entries(desk: Desk) -> list[tuple[int, str]]:
    return [(row.pence, row.act_id) for row in await desk.rows(GrantCorrection)]


async def test_A8_a_sum_that_goes_down_and_up_again_leaves_nothing_owed_back(desk: Desk) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, 30_000)
    down = await signed_off_again(desk, "2026-11-02", 20_000)
    halfway = await signed_off_again(desk, "2026-11-05", 25_000)
    up = await signed_off_again(desk, "2026-11-09", 30_000)
    assert await entries(desk) == [(-10_000, down), (5_000, halfway), (5_000, up)]
    (row,) = await desk.rows(GrantRow)
    assert (row.pence, row.state) == (30_000, "confirmed"), "what was paid stays as it is"


async def test_A8_the_same_sum_again_is_no_entry_and_more_than_was_paid_is_refused(desk: Desk) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, 30_000)
    await signed_off_again(desk, "2026-11-02", 30_000)
    assert await entries(desk) == []
    await desk.on("2026-11-05").does(VS, "reopen", reason="Again.")
    assert await desk.rules(DT, "submit", section="grant", content=grant(30_100)) == ["M5"]


@pytest.mark.parametrize("reopened_on", ["2026-12-10", "2027-01-11"])
@pytest.mark.parametrize("sent_back", [False, True])
async def test_a_plan_that_is_opened_again_is_not_unfinished_with_its_term(
    desk: Desk, reopened_on: str, sent_back: bool
) -> None:
    """It was finished in October. The end of term, before the reopening or after it, says nothing of it."""
    await in_force(desk)
    await desk.on(reopened_on).does(VS, "reopen", reason="A wrong target.")
    if sent_back:
        await sign(desk)
        await desk.does(VS, "return", parts=["grant"], reasons="Too dear.")
        await desk.does(DT, "submit", section="grant", content=grant(20_000))
    await desk.on("2027-01-12").passes()
    assert not (await desk.standing()).unfinished
    lines = await desk.rows(CaseEvent)
    assert "unfinished" not in [line.what for line in lines]
    instants = [line.at for line in lines]
    assert instants == sorted(instants), "nothing is told of a day that is past"
    await sign(desk)
    await desk.does(VS, "sign_off")
    assert await desk.stages() == ["in_force"]


async def test_M5_a_grant_does_not_lapse_because_the_plan_is_opened_again_after_its_term(desk: Desk) -> None:
    """In time it asked for nothing; amended after its term it asks for something. The policy pays no late plan."""
    await signed(desk)
    await desk.does(VS, "return", parts=["grant"], reasons="Not needed.")
    await desk.does(DT, "submit", section="grant", content=grant())
    await sign(desk)
    await desk.does(VS, "sign_off")
    assert (await desk.standing()).grant is GrantState.NOTHING_ASKED
    plan = (await desk.reviews())[0].plan
    async with desk.database.transaction() as session:
        await keep_plan(session, replace(plan, policy=replace(plan.policy, late_grant=LateGrant.LAPSES)))
    await signed_off_again(desk, "2027-01-11", 20_000)
    standing = await desk.standing()
    assert (standing.stage, standing.grant) == (Stage.PAYING, GrantState.RELEASING)


async def with_two_to_reopen(desk: Desk) -> Desk:
    """The autumn's plan is over, the spring's in force, the summer's review is open."""
    await in_force(desk)
    await desk.on("2027-01-05", "00:00").opens(SPRING)
    await desk.on("2027-01-20", "16:00").does(SW, "record_meeting", **held_on("2027-01-20"))
    for section in (Section.PREVIOUS_TARGETS, Section.ATTAINMENT, Section.TARGETS):
        await desk.submits(DT, section)
    await desk.does(SW, "next_meeting", on="2027-05-05")
    await complete(desk, 1)
    await sign(desk)
    await desk.does(VS, "sign_off")
    await desk.is_paid(1)
    await desk.on("2027-04-12", "00:00").opens("2026/27 summer")
    assert await desk.stages() == ["closed", "in_force", "preparing"]
    return desk


@pytest.mark.parametrize(("named", "place"), [({}, 1), ({"review": "autumn"}, 0), ({"review": "2026/27 spring"}, 1)])
async def test_the_plan_that_is_named_is_opened_again_or_else_the_newest_that_can_be(
    desk: Desk, named: dict[str, str], place: int
) -> None:
    await with_two_to_reopen(desk)
    await desk.does(VS, "reopen", reason="x", **named)
    assert [review.standing.reopened for review in await desk.reviews()] == [place == 0, place == 1, False]


async def test_the_plan_of_an_act_is_opened_again(desk: Desk) -> None:
    await with_two_to_reopen(desk)
    autumn = (await desk.reviews())[0].plan.review_id
    act = next(act for act in await desk.rows(StoredAct) if act.review_id == autumn)
    await desk.does(VS, "reopen", act=act.id, reason="x")
    assert await desk.stages() == ["signing", "in_force", "preparing"]


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"review": "2025/26 summer"}, "there is 2026/27 autumn, 2026/27 spring, 2026/27 summer"),
        ({"act": "nothing"}, "there is 2026/27 autumn, 2026/27 spring, 2026/27 summer"),
        ({"review": "summer"}, "this one is being made"),
    ],
)
async def test_what_is_not_there_opens_nothing_and_the_answer_says_what_there_is(
    desk: Desk, named: dict[str, str], says: str
) -> None:
    await with_two_to_reopen(desk)
    before = await desk.stored()
    answer = await desk.take(VS, "reopen", reason="x", **named)
    assert [finding.rule for finding in answer.findings] == ["ORDER"]
    assert says in answer.findings[0].sentence
    assert await desk.rules(SW, "reopen", reason="x", **named) == ["ROLE"], (
        "before everything that only the record shows"
    )
    assert await desk.stored() == before


async def test_what_is_not_there_is_said_of_a_paused_plan_too(desk: Desk) -> None:
    await opened(desk)
    await desk.on("2026-09-04").does(VS, "pause", reason="In hospital.")
    answer = await desk.take(VS, "reopen", review="spring", reason="x")
    assert "there is 2026/27 autumn" in answer.findings[0].sentence


async def test_an_act_of_another_child_opens_and_corrects_nothing(desk: Desk) -> None:
    other = await opened(Desk(desk.database, desk.clock, "C021"))
    arranged = await other.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-14")
    await in_force(desk)
    for action in ("reopen", "correct"):
        answer = await desk.take(VS, action, act=arranged.id, reason="x")
        assert "No act of this child has this id" in answer.findings[0].sentence


async def test_a_correction_that_names_a_review_alone_is_told_what_it_can_take_back(desk: Desk) -> None:
    await signed(desk)
    acts = {act.action: act.id for act in await desk.rows(StoredAct)}
    answer = await desk.take(VS, "correct", review="autumn", reason="x")
    assert [finding.rule for finding in answer.findings] == ["ORDER"]
    for action in ("record_meeting", "next_meeting", "sign"):
        assert f"{action} ({acts[action]})" in answer.findings[0].sentence
    assert "arrange_meeting" not in answer.findings[0].sentence
    assert acts["next_meeting"] not in str((await desk.rows(CaseEvent))[-1].facts)
    await desk.on("2026-10-16").does(VS, "sign_off")
    answer = await desk.take(VS, "correct", review="autumn", reason="x")
    assert "none of the autumn term 2026/27 can be" in answer.findings[0].sentence


async def sign(desk: Desk) -> None:
    for role in (SW, DT):
        await desk.does(role, "sign")

"""A closed plan that is opened again: its history stays true, and the ledger ends where the plan does (A8, M5)."""

from dataclasses import replace

import pytest

from contracts.policy import LateGrant
from contracts.review import GrantState, Stage
from store.reviews import keep_plan
from store.tables import CaseEvent, GrantCorrection, GrantRow
from tests.support.reviews import DT, SW, VS, grant
from tests.support.taken import Desk, in_force, paid_in_the_ledger, signed


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
    """The plan asked for nothing, in time; amended after the term it asks for something, and the policy pays no late plan."""
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


async def sign(desk: Desk) -> None:
    for role in (SW, DT):
        await desk.does(role, "sign")

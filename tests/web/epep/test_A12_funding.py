"""Applications for additional funding, as the Virtual School sees and decides them (A12)."""

from store.money_tables import FundingRow
from tests.support.funding import applies
from tests.support.reviews import SW
from tests.support.taken import Desk, opened
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.met import CASE, act, desk_of, officer, worker
from tests.web.outline import assert_whole

DECIDE = act("decide-funding")


async def asked_for(door: Door, pence: int = 20_000) -> Desk:
    desk = await opened(desk_of(door))
    await desk.on("2026-09-10").does(SW, "apply_for_funding", pence=pence, why="A laptop after a fire.", targets=[1, 2])
    return desk


async def test_A12_the_list_has_what_is_undecided_with_its_last_day(door: Door, browser_of: Opening) -> None:
    await asked_for(door)
    vs = await officer(door, browser_of)
    assert_whole(await vs.client.get("/funding"))
    page = await vs.open("/funding")
    assert "Tia Usman: £200" in page.text
    assert "A laptop after a fire." in page.text
    assert "By 17 Sep 2026" in page.text
    assert f'href="{DECIDE}"' in page.html
    assert "Applications for additional funding" in (await vs.open("/work")).text
    assert "Decide on additional funding" in (await vs.open(CASE)).text


async def test_A12_more_than_was_asked_is_refused_and_the_decision_is_kept(door: Door, browser_of: Opening) -> None:
    desk = await asked_for(door)
    vs = await officer(door, browser_of)
    page = await vs.open(DECIDE)
    assert page.fields["application"], "the only application is chosen"
    too_much = await vs.press(page, {"agreed": "yes", "pence": "250", "reason": "Exceptional."})
    assert too_much.errors == ["“How much, if you agree?”: the application asks for £200; agree that or less."]
    nothing = await vs.press(too_much, {"pence": ""})
    assert nothing.errors == ["Say how much is agreed."]
    assert nothing.fields["reason"] == ["Exceptional."]
    done = await vs.press(nothing, {"pence": "150"})
    assert "The decision is recorded" in done.text
    (row,) = await desk.rows(FundingRow)
    assert (row.decision, row.pence) == ("agreed", 15_000)
    assert "No application waits for a decision." in (await vs.open("/funding")).text
    assert "Decide on additional funding" not in (await vs.open(CASE)).text


async def test_A12_one_of_two_applications_is_declined_whatever_sum_stands_beside_the_no(
    door: Door, browser_of: Opening
) -> None:
    desk = await asked_for(door)
    second = await applies(desk, SW, 5_000)
    vs = await officer(door, browser_of)
    page = await vs.open(DECIDE)
    assert "application" not in page.fields, "of two, somebody has to choose"
    await vs.press(page, {"application": second, "agreed": "no", "pence": "50", "reason": "The grant covers it."})
    decided = {row.act_id: (row.decision, row.pence) for row in await desk.rows(FundingRow)}
    assert decided.pop(second) == ("declined", None)
    assert set(decided.values()) == {(None, None)}


async def test_A12_nobody_else_sees_the_list(door: Door, browser_of: Opening) -> None:
    await asked_for(door)
    social_worker = await worker(door, browser_of)
    page = await social_worker.open("/funding")
    assert (page.status, "A laptop" in page.text) == (403, False)
    assert "The Virtual School decides on additional funding" in page.text

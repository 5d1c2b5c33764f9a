"""A plan with a kept grant is opened again: the child has a school by then, and it is not paid twice."""

from contracts.payments import MoneyState
from contracts.review import GrantState, Stage
from store.money_tables import GrantRow
from store.tables import StoredAct
from tests.casework.test_no_school_place import (
    PLACE,
    arrived,
    comes,
    of_the_ledger,
    taken,
    the_plan,
    the_roll,
    with_a_kept_grant,
)
from tests.support.reviews import DT, SW, VS, grant
from tests.support.taken import Desk

__all__ = ["arrived"]


async def opened_again_at_a_school(desk: Desk) -> int:
    """The child has found a place, and that plan is opened again; gives the pence that are kept."""
    pence = await with_a_kept_grant(desk)
    await comes(desk.on("2026-10-20"), the_roll(child_ref="NEW1", upn="", **PLACE))
    await desk.on("2026-11-02").does(VS, "reopen", reason="Target 2 was another child's.")
    assert (await the_plan(desk)).has_school_place
    return pence


async def signed_off_again(desk: Desk) -> None:
    for role in (SW, DT):
        await desk.does(role, "sign")
    await desk.does(VS, "sign_off")


async def test_A8_a_plan_whose_grant_is_kept_and_that_is_opened_again_is_not_released_to_a_school_as_well(
    arrived: Desk,
) -> None:
    pence = await opened_again_at_a_school(arrived)
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence, None)], "while it is amended"
    await signed_off_again(arrived)
    standing = await arrived.standing()
    assert (standing.stage, standing.grant, standing.kept_pence) == (Stage.IN_FORCE, GrantState.KEPT, pence)
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence, None)]
    assert await arrived.rows(GrantRow) == []


async def test_M5_a_kept_grant_that_is_opened_again_may_ask_for_less_and_not_for_more(arrived: Desk) -> None:
    pence = await opened_again_at_a_school(arrived)
    assert await arrived.rules(DT, "submit", section="grant", content=grant(pence + 1)) == ["M5"]
    await arrived.does(DT, "submit", section="grant", content=grant(pence - 10_000))
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence, None)], "it is not signed off yet"
    await signed_off_again(arrived)
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence - 10_000, None)]
    await arrived.does(VS, "reopen", reason="It was right before.")
    assert await arrived.rules(DT, "submit", section="grant", content=grant(pence)) == []
    await signed_off_again(arrived)
    assert await of_the_ledger(arrived) == [(MoneyState.KEPT, pence, None)]


async def test_A8_nothing_is_kept_for_a_term_that_ends_without_a_meeting(arrived: Desk) -> None:
    """The plan is opened again, and its meeting's record is taken back after the term."""
    await with_a_kept_grant(arrived)
    (record,) = [row.id for row in await arrived.rows(StoredAct) if row.body["action"] == "record_meeting"]
    await arrived.on("2026-12-30").does(VS, "reopen", reason="It was another child's meeting.")
    await arrived.does(VS, "correct", act=record, reason="It was another child's meeting.")
    assert await arrived.stages() == ["missed"]
    assert await of_the_ledger(arrived) == []
    assert await taken(arrived) == 0

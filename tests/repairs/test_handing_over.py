"""A case is said to be handed over only when the record has its new person, whatever else was done under any id."""

import pytest

from casework.take import Answer, Casework
from contracts.people import Role
from contracts.problems import RepairKind
from store.cases import person_with
from store.repairables import people_on
from store.tables import StoredAct
from store.watch_tables import RepairRow
from tests.repairs.console import Console
from tests.repairs.post import review_of
from tests.repairs.watching import watch_of
from tests.support.reviews import SW

CHILD, TO = "C007", "sw1@council.example"


async def _who(console: Console) -> list[int]:
    case = await console.case(CHILD)
    async with console.database.transaction() as session:
        return (await people_on(session, [case.id], Role.SOCIAL_WORKER))[case.id]


async def _hands_over(console: Console) -> RepairRow:
    row = await console.begin(
        "officer", RepairKind.REASSIGN, cases=[CHILD], parameters={"role": "social_worker", "address": TO}
    )
    await (await watch_of(console)).walk()
    return row


async def test_an_act_that_took_a_guessed_id_before_keeps_no_case(console: Console) -> None:
    """The social worker arranges the meeting under the id that the repair to come would have had."""
    await review_of(console, CHILD)
    taken = {"id": "repair-1-1", "action": "arrange_meeting", "by": SW, "on": "2026-10-14"}
    assert (await Casework(console.database, console.clock).take(CHILD, taken)).accepted
    row = await _hands_over(console)
    assert row.id == 1
    assert set((await console.results(row.id)).values()) == {"moved_on"}
    async with console.database.transaction() as session:
        new = await person_with(session, TO)
    assert await _who(console) == [new]


async def test_an_id_of_one_case_tells_none_of_another_s(console: Console) -> None:
    """A case's people read the ids of its acts."""
    row = await console.begin(
        "officer", RepairKind.REASSIGN, cases=["C001", CHILD], parameters={"role": "social_worker", "address": TO}
    )
    await (await watch_of(console)).walk()
    ids = {act.id for act in await console.rows(StoredAct) if act.action == "change_person"}
    assert len({one[:20] for one in ids}) == len(ids) == 2
    assert not any(f"-{row.id}-" in one for one in ids)


async def test_an_accepted_act_that_did_not_hand_over_is_none(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await _who(console)

    async def accepted(*_: object, **__: object) -> Answer:
        return Answer("another act", True)

    monkeypatch.setattr(Casework, "take", accepted)
    row = await _hands_over(console)
    (item,) = await console.items(row.id)
    assert (item.result, item.said) == ("not_allowed", "The role is not this person's after it. Look at the case.")
    assert await _who(console) == before

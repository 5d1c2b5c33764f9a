"""Whatever dies, and whenever: what is frozen is what is done, each thing once, and never what was not previewed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from contracts.problems import RepairKind
from repairs.freezing import canonical, frozen
from store.repairs import CLAIM_LASTS, NewItem
from store.watch_tables import AuditEntry
from tests.repairs.console import Console
from tests.repairs.watching import parts_of
from tests.support.crashing import Crash, CrashingDatabase, Fuse
from tests.support.taken import Desk, held
from watch.carrying_out import CarryingOut

CHILDREN = ("C001", "C004", "C007")
_TEXTS = st.text(max_size=8)
_SEEN = st.dictionaries(_TEXTS, st.none() | st.booleans() | st.integers() | _TEXTS, max_size=3)
_ITEMS = st.builds(
    NewItem,
    subject=_TEXTS,
    seen=_SEEN,
    case_id=st.none() | _TEXTS,
    workflow_id=st.none() | _TEXTS,
    run_id=st.none() | _TEXTS,
    pence=st.integers(0, 100_000),
)
_LISTS = st.lists(_ITEMS, min_size=1, max_size=4)


@given(items=_LISTS, parameters=_SEEN)
def test_the_same_list_has_the_same_hash_however_its_facts_are_ordered(
    items: list[NewItem], parameters: dict[str, Any]
) -> None:
    turned = [replace(item, seen=dict(reversed(list(item.seen.items())))) for item in items]
    assert frozen(RepairKind.RESET, parameters, items) == frozen(RepairKind.RESET, parameters, turned)


@given(items=_LISTS, others=_LISTS)
def test_another_list_has_another_hash(items: list[NewItem], others: list[NewItem]) -> None:
    same = [canonical(_plain(one)) for one in items] == [canonical(_plain(one)) for one in others]
    assert (frozen(RepairKind.RESET, {}, items) == frozen(RepairKind.RESET, {}, others)) is same
    assert frozen(RepairKind.RESET, {}, items) != frozen(RepairKind.CANCEL, {}, items)
    assert frozen(RepairKind.RESET, {}, items) != frozen(RepairKind.RESET, {"event": "first"}, items)
    assert frozen(RepairKind.RESET, {}, items) != frozen(RepairKind.RESET, {}, [*items, items[0]])


def _plain(item: NewItem) -> list[Any]:
    return [item.subject, item.case_id, item.workflow_id, item.run_id, item.pence, dict(item.seen)]


@pytest.mark.parametrize("kind", [RepairKind.EXTEND, RepairKind.HOLD_CASE, RepairKind.REASSIGN])
async def test_a_watch_that_dies_at_any_step_does_nothing_twice(console: Console, kind: RepairKind) -> None:
    """It dies before, in and after each of its transactions, a walk for each; then all is done, once."""
    desks = [Desk(console.database, console.clock, child) for child in CHILDREN]
    for desk in desks:
        await held(desk, next_meeting=None)
    parameters = {
        RepairKind.EXTEND: {"school_days": "1"},
        RepairKind.REASSIGN: {"role": "social_worker", "address": "sw2@council.example"},
    }.get(kind)
    who = "officer"
    row = await console.begin(who, kind, cases=list(CHILDREN), parameters=parameters)
    blows_at = 1
    while True:
        fuse = Fuse(blows_at)
        parts = await parts_of(console.database, console.clock)
        crashing = replace(parts, database=CrashingDatabase(console.database, fuse))
        try:
            await CarryingOut(crashing, at_once=1).walk()
        except Crash:
            blows_at += 1
            console.clock.set(console.clock.at + CLAIM_LASTS + timedelta(seconds=1))
            continue
        break
    assert blows_at > 10, "it has died again and again"
    assert set((await console.results(row.id)).values()) == {"moved_on"}
    done = [line for line in await console.rows(AuditEntry) if line.what == "done"]
    assert sorted(line.facts["item"] for line in done) == [1, 2, 3]
    if kind is RepairKind.EXTEND:
        assert [(await desk.standing()).extended_school_days for desk in desks] == [1, 1, 1]
    if kind is RepairKind.REASSIGN:
        async with console.database.transaction() as session:
            acts = await session.execute(text("SELECT count(*) FROM acts WHERE action = 'change_person'"))
            assert acts.scalar_one() == len(CHILDREN)


async def test_a_watch_that_died_is_waited_for_before_another_takes_its_thing_up(console: Console) -> None:
    """Its claim lasts two minutes: meanwhile it may only be slow."""
    await held(Desk(console.database, console.clock, CHILDREN[0]), next_meeting=None)
    row = await console.begin("officer", RepairKind.HOLD_CASE, cases=[CHILDREN[0]])
    parts = await parts_of(console.database, console.clock)
    with pytest.raises(Crash):
        await CarryingOut(replace(parts, database=CrashingDatabase(console.database, Fuse(10))), at_once=1).walk()
    assert set((await console.results(row.id)).values()) == {"under_way"}
    await CarryingOut(parts).walk()
    assert set((await console.results(row.id)).values()) == {"under_way"}
    console.clock.set(console.clock.at + CLAIM_LASTS)
    await CarryingOut(parts).walk()
    assert set((await console.results(row.id)).values()) == {"moved_on"}

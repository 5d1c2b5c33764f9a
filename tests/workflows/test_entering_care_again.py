"""A cycle that ended when the child left care starts again when a roll says that they entered it once more."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.service import RPCError

from contracts.ids import review_workflow_id
from rehearsal.acts_file import Played
from store.database import Database
from store.tables import Case, Review
from tests.support.imported import imported_and_told
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, roll_of, until

CAME_BACK = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
LEAVES = {"id": "leaves", "action": "leave_care", "by": "social_worker", "on": "2026-09-03", "reason": "Goes home."}


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        yield house


async def reviews(house: DevHouse) -> list[tuple[str, str, Any]]:
    """Each review's id, stage and first-plan deadlines, the oldest term first."""
    query = select(Review.id, Review.stage, Review.plan["initial"]).join(Case, Case.id == Review.case_id)
    async with house.database.transaction() as session:
        rows = await session.execute(query.where(Case.ref == "C1").order_by(Review.ends_on))
        return [(review_id, stage, initial) for review_id, stage, initial in rows.all()]


@pytest.mark.parametrize("lost", [False, True], ids=["ended", "forgotten"])
async def test_a_cycle_that_has_ended_or_is_forgotten_opens_the_first_plan(house: DevHouse, lost: bool) -> None:
    await house.start_temporal()
    await house.begin("C1")
    cycle = await house.cycle_of("C1")
    async with house.working():
        await until(lambda: house.has_review("C1"))
        assert await house.take([Played(MIDNIGHT_BEFORE_TERM + timedelta(hours=10), "C1", LEAVES)]) == [True]
        await until(lambda: _is(house, cycle, "COMPLETED"))
        await house.settled()
    if lost:
        await house.stop_temporal()
        await house.start_temporal("fresh")

    house.clock.instant = CAME_BACK
    house.set_workflows_to(CAME_BACK)
    row = roll_of("C1").replace(b"2021-12-23", b"2027-01-11")
    assert (await imported_and_told(house.database, house.clock, row)).changed == 1
    assert await house.relay.sweep() == 0
    async with house.working():
        await until(lambda: _has_two(house))
        (old, old_stage, _), (new, stage, initial) = await reviews(house)
        await until(lambda: _is(house, review_workflow_id(new), "RUNNING"))
        await house.settled()
        assert await house.status(cycle) == "RUNNING"
    assert (old_stage, stage) == ("closed", "waiting_for_date")
    assert old.removesuffix("-2026-27-autumn") == new.removesuffix("-2026-27-spring"), "the same child's"
    assert initial["entered_on"] == "2027-01-11"
    assert [row["what"] for row in await house.rows("C1", "opened")] == ["opened", "opened"]


async def _has_two(house: DevHouse) -> bool:
    return len(await reviews(house)) > 1


async def _is(house: DevHouse, workflow_id: str, status: str) -> bool:
    try:
        return await house.status(workflow_id) == status
    except RPCError:
        return False  # the record is a moment ahead of the workflow

"""A plan that a mistaken record had ended: its workflow has ended too, and is started again from the record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.clockwork import open_when_due
from contracts.ids import review_workflow_id
from rehearsal.acts_file import Played
from store.database import Database
from store.tables import Case
from tests.support.reviews import held_on
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, until
from tests.support.temporal_played import acts_of

SPRING = "2026/27 spring"
MET = datetime(2027, 2, 3, 16, 0, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "id": "another child's",
    "action": "record_meeting",
    "by": "social_worker",
    **held_on("2027-02-03"),
}
CORRECTION = {"id": "right", "action": "correct", "by": "virtual_school", "act": RECORD["id"], "reason": "Not theirs."}


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        yield house


async def test_a_plan_that_is_in_force_again_has_a_workflow_again(house: DevHouse) -> None:
    await house.start_temporal()
    await house.begin("C1")
    async with house.working():
        await until(lambda: house.has_review("C1"))
        autumn = await house.review_of("C1")
        await house.take(acts_of("prompt_term"))
        await house.settled()
        assert (await stages(house))[-1] == ("autumn", "in_force")
        spring = await spring_opens(house)
        assert await house.take([Played(MET, "C1", RECORD)]) == [True]
        await until(lambda: is_now(house, autumn, "COMPLETED"))
        assert await house.take([Played(MET + timedelta(hours=1), "C1", CORRECTION)]) == [True]
        await until(lambda: is_now(house, autumn, "RUNNING"))
        await until(lambda: is_now(house, spring, "RUNNING"))
        await house.settled()
    assert (await stages(house))[-2:] == [("spring", "meeting_due"), ("autumn", "in_force")]
    assert len(await house.rows("C1", "grant")) == 1


async def spring_opens(house: DevHouse) -> str:
    """The spring's review, as the cycle opens it when its time has come; gives its workflow."""
    house.clock.instant = MET - timedelta(weeks=4)
    async with house.database.transaction() as session:
        case = (await session.execute(select(Case).where(Case.ref == "C1"))).scalar_one()
        review, _ = await open_when_due(session, case.id, SPRING, house.clock.instant)
    assert review is not None
    return review_workflow_id(review.plan.review_id)


async def stages(house: DevHouse) -> list[tuple[str, str]]:
    return [(row["term"], row["stage"]) for row in await house.rows("C1", "stage")]


async def is_now(house: DevHouse, workflow_id: str, status: str) -> bool:
    return await house.status(workflow_id) == status

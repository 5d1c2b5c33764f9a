"""A review whose time passed and that was tried: what followed is judged by what was due, as the look does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from contracts.problems import ProblemKind, RepairKind
from store.overdue import overdue
from store.tables import Review
from store.watch_tables import ProblemRow
from tests.repairs.console import Console
from tests.repairs.post import review_of
from tests.repairs.watching import watch_of
from tests.support.reviews import VS
from tests.support.taken import Desk, signed

CHILD = "C007"


async def _walk(console: Console) -> None:
    await (await watch_of(console)).walk()


async def _stuck(console: Console, review_id: str, due: datetime, step: str) -> ProblemRow:
    case = await console.case(CHILD)
    thing = {"subject": f"review:{review_id}", "case_id": case.id, "workflow_id": f"pep-review-{review_id}"}
    return await console.stuck(ProblemKind.WAIT_PASSED, [{**thing, "facts": {"due": due.isoformat()}}], step)


async def _change(console: Console, review_id: str, **values: object) -> None:
    async with console.database.transaction() as session:
        await session.execute(update(Review).where(Review.id == review_id).values(**values))


async def test_a_grant_that_is_due_has_not_followed_before_the_review_leaves_that_stage(console: Console) -> None:
    """A review that pays has no clock: that nothing is set says nothing."""
    desk = await signed(Desk(console.database, console.clock, CHILD))
    await desk.on("2026-10-16").does(VS, "sign_off")
    review_id = await review_of(console, CHILD)
    async with console.database.transaction() as session:
        waiting = await overdue(session, console.clock.at + timedelta(hours=1))
    (due,) = [one.due for one in waiting if one.subject == f"review:{review_id}"]
    problem = await _stuck(console, review_id, due, "release_grant")
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await _walk(console)
    await _walk(console)
    assert set((await console.results(row.id)).values()) == {"checking"}
    await _change(console, review_id, stage="closed", wake_at=None)
    await _walk(console)
    assert set((await console.results(row.id)).values()) == {"moved_on"}


@pytest.mark.parametrize(
    ("moved", "result"), [(timedelta(0), "checking"), (timedelta(minutes=1), "moved_on"), (None, "moved_on")]
)
async def test_a_step_has_followed_once_the_review_waits_for_something_later(
    console: Console, moved: timedelta | None, result: str
) -> None:
    review_id = await review_of(console, CHILD)
    async with console.database.transaction() as session:
        due = (await session.get_one(Review, review_id)).wake_at
    assert due is not None
    console.clock.set(due + timedelta(minutes=5))
    problem = await _stuck(console, review_id, due, "take_step")
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem.id)
    await _walk(console)
    await _change(console, review_id, wake_at=None if moved is None else due + moved)
    await _walk(console)
    assert set((await console.results(row.id)).values()) == {result}

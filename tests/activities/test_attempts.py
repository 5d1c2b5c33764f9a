"""Every failed attempt is noted, and the success that ends them; nothing else, and no word of a foreign error."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.attempts import Attempts
from contracts.errors import Fault
from store.attempts import failing_activities, forget_attempts, succeeded_steps
from store.database import Database
from store.watch_tables import Attempt
from tests.support.clock import FIRST_MORNING, FixedClock

STEP = ("pep-review-x", "run-1", "7")
SECRET = "Ada Example of Oak School"


class _Activity(ActivityInboundInterceptor):
    """What the worker would call: raises what is next in its list, or answers."""

    def __init__(self, *ends: BaseException | None) -> None:
        self._ends = list(ends)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        if (end := self._ends.pop(0)) is not None:
            raise end
        return "done"


async def _attempts(
    attempts: Attempts, clock: FixedClock, *ends: BaseException | None, first: int = 1, local: bool = False
) -> None:
    noting = attempts.intercept_activity(_Activity(*ends))
    given = ExecuteActivityInput(fn=_attempts, args=[], executor=None, headers={})
    for number, end in enumerate(ends, first):
        environment = ActivityEnvironment()
        environment.info = replace(
            environment.info, workflow_id=STEP[0], workflow_run_id=STEP[1], activity_id=STEP[2],
            activity_type="release_grant", attempt=number, is_local=local,
        )  # fmt: skip
        if end is None:
            assert await environment.run(noting.execute_activity, given) == "done"
        else:
            with pytest.raises(type(end)):
                await environment.run(noting.execute_activity, given)
        await attempts.written()
        clock.set(clock.at + timedelta(seconds=10))


async def _rows(database: Database) -> list[tuple[int, bool, str | None, str | None]]:
    async with database.transaction() as session:
        query = select(Attempt.attempt, Attempt.succeeded, Attempt.error_type, Attempt.message).order_by(Attempt.id)
        return [tuple(row) for row in (await session.execute(query)).all()]  # type: ignore[misc]


def _refused() -> ApplicationError:
    return ApplicationError("the grant of 2026-09-01 is not released yet", type=Fault.FINANCE_REFUSED)


async def test_failures_and_the_success_after_them_are_noted(database: Database, clock: FixedClock) -> None:
    await _attempts(Attempts(database, clock), clock, _refused(), ValueError(SECRET), None)
    assert await _rows(database) == [
        (1, False, "FinanceRefused", "the grant of <date> is not released yet"),
        (2, False, "ValueError", ""),
        (3, True, None, None),
    ]


async def test_an_ordinary_success_leaves_no_row(database: Database, clock: FixedClock) -> None:
    await _attempts(Attempts(database, clock), clock, None)
    assert await _rows(database) == []


async def test_a_success_after_a_reset_counts_as_the_end_of_the_failures(database: Database, clock: FixedClock) -> None:
    """A reset begins to count attempts anew."""
    attempts = Attempts(database, clock)
    await _attempts(attempts, clock, _refused())
    await _attempts(attempts, clock, None, None)
    assert [(attempt, succeeded) for attempt, succeeded, _, _ in await _rows(database)] == [
        (1, False), (1, True), (2, True),
    ]  # fmt: skip


async def test_an_error_of_somebody_elses_keeps_its_words_to_itself(database: Database, clock: FixedClock) -> None:
    foreign = ApplicationError(SECRET, type="SomethingElse")
    await _attempts(Attempts(database, clock), clock, foreign, KeyError(SECRET))
    assert [row[2:] for row in await _rows(database)] == [("SomethingElse", ""), ("KeyError", "")]


async def test_a_cancelled_attempt_is_no_failure(database: Database, clock: FixedClock) -> None:
    await _attempts(Attempts(database, clock), clock, CancelledError())
    assert await _rows(database) == []


async def test_where_nothing_can_be_noted_the_activity_goes_on_all_the_same(clock: FixedClock) -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    try:
        async with asyncio.timeout(20):
            await _attempts(Attempts(away, clock), clock, _refused(), None)
    finally:
        await away.close()


async def test_what_fails_is_found_until_it_is_seen_to_succeed(database: Database, clock: FixedClock) -> None:
    attempts = Attempts(database, clock)
    await _attempts(attempts, clock, _refused(), ValueError(SECRET))
    async with database.transaction() as session:
        (failing,) = await failing_activities(session, FIRST_MORNING - timedelta(hours=1))
    assert (failing.workflow_id, failing.run_id, failing.activity_id) == STEP
    assert (failing.attempt, failing.error_type, failing.since) == (2, "ValueError", FIRST_MORNING)
    assert failing.last == FIRST_MORNING + timedelta(seconds=10)
    await _attempts(attempts, clock, None, first=3)
    async with database.transaction() as session:
        assert await failing_activities(session, FIRST_MORNING - timedelta(hours=1)) == []
        assert await succeeded_steps(session, [STEP, ("pep-review-x", "run-2", "7")]) == {STEP}


async def test_what_fails_inside_the_workflow_task_is_noted_and_is_nothing_that_is_stuck(
    database: Database, clock: FixedClock
) -> None:
    """It goes on as an activity of its own, which is then seen."""
    await _attempts(Attempts(database, clock), clock, _refused(), _refused(), _refused(), local=True)
    assert len(await _rows(database)) == 3
    async with database.transaction() as session:
        assert await failing_activities(session, FIRST_MORNING - timedelta(hours=1)) == []


async def test_old_attempts_are_forgotten(database: Database, clock: FixedClock) -> None:
    await _attempts(Attempts(database, clock), clock, _refused(), _refused())
    async with database.transaction() as session:
        await forget_attempts(session, FIRST_MORNING + timedelta(seconds=5))
    assert [attempt for attempt, _, _, _ in await _rows(database)] == [2]

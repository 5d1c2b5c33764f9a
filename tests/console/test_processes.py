"""A worker that is killed is missed, and found again when another takes its place."""

import asyncio
from datetime import datetime, timedelta

from contracts.problems import GoneBecause, ProblemKind, ProblemState
from store.clock import DatabaseClock
from store.heartbeats import Process, beat, processes
from store.watch_tables import Heartbeat
from tests.console.stage import Stage
from tests.support.temporal_dev import until

STOPPED = ProblemKind.SERVICE_STOPPED
STARTS = 60.0
"""Seconds that a worker process may take to start on a busy machine."""
A_WHILE = timedelta(seconds=46)


async def test_a_worker_that_is_killed_is_missed_until_another_runs(stage: Stage) -> None:
    await stage.start_temporal()
    async with stage.worker_process() as first:
        await until(lambda: _beat(stage, 1), STARTS)
        stage.clock.instant = await DatabaseClock(stage.database).now()
        await stage.looks(STOPPED.value)
        assert await stage.problems(STOPPED) == []
        first.kill()
        await first.wait()
    (killed,) = await _processes(stage)
    stage.clock.instant = killed.beat_at + A_WHILE
    await stage.looks(STOPPED.value)
    problem, found = await stage.problem(STOPPED), await stage.finding(STOPPED)
    assert (problem.step, problem.state) == ("worker", ProblemState.NEW)
    assert found.subject == f"process:{killed.identity}"
    await stage.looks(STOPPED.value)
    assert await stage.findings(STOPPED, still=True), "nobody has taken its place"

    async with stage.worker_process() as second:
        await until(lambda: _beat(stage, 2), STARTS)
        await stage.looks(STOPPED.value)
        assert [one.gone_because for one in await stage.findings(STOPPED)] == [GoneBecause.SUCCEEDED]
        assert (await stage.problem(STOPPED)).state == ProblemState.RESOLVED
        second.terminate()
        await asyncio.wait_for(second.wait(), STARTS)
    ended = next(one for one in await _processes(stage) if one.identity != killed.identity)
    assert ended.stopped_at is not None
    stage.clock.instant = ended.beat_at + A_WHILE
    await stage.looks(STOPPED.value)
    assert await stage.findings(STOPPED, still=True) == [], "it said that it stops"


async def test_one_that_was_replaced_before_it_was_missed_is_told_of_once(stage: Stage) -> None:
    """The supervisor was quicker than the watch: all the same nobody should wonder why it began anew."""
    began = stage.clock.instant
    await _lives(stage, "old", began)
    stage.pass_by(A_WHILE)
    await _lives(stage, "new", stage.clock.instant)
    await stage.looks(STOPPED.value)
    assert (await stage.finding(STOPPED)).subject == "process:old"
    for _ in range(3):
        stage.pass_by(timedelta(seconds=10))
        await _lives(stage, "new", began)
        await stage.looks(STOPPED.value)
    problem = await stage.problem(STOPPED)
    assert (problem.state, problem.times_back) == (ProblemState.RESOLVED, 0)


async def test_one_that_only_paused_is_found_again_by_its_own_heartbeat(stage: Stage) -> None:
    await _lives(stage, "slow", stage.clock.instant)
    stage.pass_by(A_WHILE)
    await stage.looks(STOPPED.value)
    await _lives(stage, "slow", stage.clock.instant)
    await stage.looks(STOPPED.value)
    assert [one.gone_because for one in await stage.findings(STOPPED)] == [GoneBecause.SUCCEEDED]
    assert [one.stopped_at for one in await _processes(stage)] == [None]


async def test_of_two_workers_one_that_died_is_missed_for_a_day(stage: Stage) -> None:
    await _lives(stage, "other", stage.clock.instant)
    await _lives(stage, "dead", stage.clock.instant)
    for pause in (A_WHILE, timedelta(hours=23)):
        stage.pass_by(pause)
        await _lives(stage, "other", stage.clock.instant)
        await stage.looks(STOPPED.value)
        assert (await stage.finding(STOPPED)).subject == "process:dead"
    stage.pass_by(timedelta(hours=1))
    await _lives(stage, "other", stage.clock.instant)
    await stage.looks(STOPPED.value)
    assert await stage.findings(STOPPED, still=True) == []


async def _lives(stage: Stage, identity: str, began: datetime) -> None:
    process = Process(identity, "worker", "code-1", "pep")
    async with stage.database.transaction() as session:
        await beat(session, process, began, stage.clock.instant)


async def _processes(stage: Stage) -> list[Heartbeat]:
    async with stage.database.transaction() as session:
        return await processes(session)


async def _beat(stage: Stage, times: int) -> bool:
    return len(await _processes(stage)) >= times

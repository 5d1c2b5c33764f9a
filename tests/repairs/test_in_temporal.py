"""Repairs of runs and their steps on a real Temporal server, and whether they have helped."""

import pytest
from temporalio.api.enums.v1 import EventType

from contracts.problems import ProblemKind, ProblemState, RepairKind, RepairState
from starter.hands import Ended, Hands, Held, Tried
from store.watch_tables import Finding, RepairRow
from tests.console.conftest import stage
from tests.console.stage import Stage
from tests.console.test_runs import _restart as restart_by_hand
from tests.repairs.console import Console, console_on
from tests.support.finance_book import Manner
from tests.support.temporal_dev import until
from watch.carrying_out import CarryingOut

__all__ = ["stage"]
STEP, WAITING = ProblemKind.ACTIVITY_FAILING, ProblemKind.NOT_PICKED_UP
MONEY = ProblemKind.PAYMENT_UNSURE
OFTEN = 50


@pytest.fixture
async def console(stage: Stage) -> Console:
    return await console_on(stage.database, stage.clock)  # type: ignore[arg-type]


async def _walk(stage: Stage) -> None:
    await CarryingOut(stage.watch).walk()


async def _fails(stage: Stage) -> Finding:
    """The grant cannot be paid, and a look has seen it."""
    await until(lambda: _has_failed(stage))
    stage.pass_by()
    assert await stage.looks() == []
    return await stage.finding(STEP)


async def _has_failed(stage: Stage) -> bool:
    return bool(await stage.attempts(succeeded=False))


async def _has_succeeded(stage: Stage) -> bool:
    return bool(await stage.attempts(succeeded=True))


async def _one(console: Console, row: RepairRow) -> str:
    (item,) = await console.items(row.id)
    return item.result


async def test_a_step_is_tried_now_and_moved_on_only_once_it_has_succeeded(stage: Stage, console: Console) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        problem = (await _fails(stage)).problem_id
        failures = len(await stage.attempts(succeeded=False))
        row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem)
        await _walk(stage)
        assert await _one(console, row) == "checking"
        assert (await stage.problem(STEP)).state == ProblemState.CHECKING
        stage.pass_by()
        await until(lambda: _more(stage, failures + 1), patience=40)
        await _walk(stage)
        assert await _one(console, row) == "still_failing"
        assert (await stage.problem(STEP)).state == ProblemState.LOOKING

        stage.finance.book.recover()
        again = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem)
        await _walk(stage)
        await until(lambda: _has_succeeded(stage))
        await _walk(stage)
        await stage.settled()
        stage.pass_by()
        await stage.looks()
        await _walk(stage)
    assert await _one(console, again) == "moved_on"
    assert (await console.repair(again.id)).state == RepairState.DONE
    assert (await stage.problem(STEP)).state == ProblemState.RESOLVED


async def _more(stage: Stage, failures: int) -> bool:
    return len(await stage.attempts(succeeded=False)) > failures


async def test_a_held_step_is_not_tried_until_it_is_released(stage: Stage, console: Console) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        problem = (await _fails(stage)).problem_id
        hold = await console.begin("operator", RepairKind.HOLD_STEP, problem_id=problem)
        await _walk(stage)
        assert await _one(console, hold) == "moved_on"
        assert (await stage.problem(STEP)).state == ProblemState.ON_HOLD
        stage.finance.book.recover()
        early = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem)
        await _walk(stage)
        assert await _one(console, early) == "not_allowed"
        assert not await stage.attempts(succeeded=True)

        release = await console.begin("operator", RepairKind.RELEASE_STEP, problem_id=problem)
        await _walk(stage)
        await until(lambda: _has_succeeded(stage))
        await stage.settled()
        stage.pass_by()
        await stage.looks()
        await _walk(stage)
        assert await _one(console, release) == "moved_on"


async def test_a_watch_that_died_between_holding_and_releasing_leaves_no_step_held(stage: Stage) -> None:
    """ "Try now" is a hold and a release. Asked for again by the same deed it is released, by another one it is not."""
    review = await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    hands: Hands = stage.watch.hands
    async with stage.working():
        await until(lambda: _has_failed(stage))
        assert await hands.hold(review, None, "release_grant", "repair 1.1") is Held.DONE
        assert await hands.hold(review, None, "release_grant", "repair 2.1") is Held.ALREADY
        assert await hands.try_now(review, None, "release_grant", "repair 2.1") is Tried.ON_HOLD
        stage.finance.book.recover()
        assert await hands.try_now(review, None, "release_grant", "repair 1.1") is Tried.TRIED
        await until(lambda: _has_succeeded(stage))
        await until(lambda: _is_gone(hands, review))


async def test_a_watch_that_died_after_noting_a_payment_leaves_no_step_held(stage: Stage, console: Console) -> None:
    """What was noted is checked until the case has taken note of it; a hold that it left behind is ended meanwhile."""
    review = await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        await _fails(stage)
    asked = {"problem_id": (await stage.finding(MONEY)).problem_id, "parameters": {"evidence": "BACS 42"}}
    row = await console.begin("finance", RepairKind.PAID_OTHERWISE, second="other_finance", **asked)
    await _walk(stage)
    assert await _one(console, row) == "checking", "no step has been seen to succeed"
    assert await stage.watch.hands.hold(review, None, "release_grant", f"repair {row.id}.1") is Held.DONE
    stage.pass_by()
    await _walk(stage)
    run = await stage.watch.sight.run(review)
    assert run is not None
    assert [step.on_hold for step in run.steps] == [False]
    async with stage.working():
        await until(lambda: _is(stage, console, row, "moved_on"))


async def _is_gone(hands: Hands, review: str) -> bool:
    return await hands.try_now(review, None, "release_grant", "repair 3.1") is Tried.GONE


async def test_a_run_that_nobody_asks_for_is_started_anew_from_the_record(stage: Stage, console: Console) -> None:
    """An engineer asks, an operator agrees; the very run ends, the next one is taken up by a worker."""
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await restart_by_hand(stage, review, queue="pep-typo")
    async with stage.working():
        await until(lambda: _is_seen(stage, WAITING))
        found = await stage.finding(WAITING)
        row = await console.begin("engineer", RepairKind.RESTART, second="operator", problem_id=found.problem_id)
        await _walk(stage)
        assert found.run_id is not None
        assert await stage.status(review, found.run_id) == "TERMINATED"
        await until(lambda: _is(stage, console, row, "moved_on"))
        assert await stage.status(review) == "RUNNING"
    line = (await stage.client.get_workflow_handle(review, run_id=found.run_id).fetch_history()).events[-1]
    assert line.workflow_execution_terminated_event_attributes.reason == f"repair {row.id}.1"


async def _is_seen(stage: Stage, kind: ProblemKind) -> bool:
    stage.pass_by()
    await stage.looks()
    return bool(await stage.findings(kind, still=True))


async def _is(stage: Stage, console: Console, row: RepairRow, result: str) -> bool:
    await _walk(stage)
    return await _one(console, row) == result


async def test_another_run_than_the_previewed_one_is_left_alone(stage: Stage, console: Console) -> None:
    """Agreed, and before the watch came to it somebody else had started it anew: that run is healthy."""
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await restart_by_hand(stage, review, queue="pep-typo")
    await until(lambda: _is_seen(stage, WAITING))
    found = await stage.finding(WAITING)
    rows = [
        await console.begin("engineer", RepairKind.RESTART, second="operator", problem_id=found.problem_id),
    ]
    await stage.client.get_workflow_handle(review).terminate()
    await restart_by_hand(stage, review)
    healthy = await stage.watch.hands.current_run(review)
    await _walk(stage)
    assert await _one(console, rows[0]) == "changed_since"
    assert await stage.watch.hands.current_run(review) == healthy


async def test_a_run_is_taken_back_once_however_often_it_is_asked_for(stage: Stage) -> None:
    await stage.open_reviews("C1")
    review, hands = await stage.review_of("C1"), stage.watch.hands
    run = await hands.current_run(review)
    assert run is not None
    first = await hands.reset(review, run, to_first=False, deed="repair 1.1")
    assert first.run_id not in (None, run)
    again = await hands.reset(review, run, to_first=False, deed="repair 1.1")
    assert (again.run_id, again.made) == (first.run_id, False), "another reset would end the healthy run"
    assert await hands.current_run(review) == first.run_id
    async with stage.working():
        await until(lambda: _has_a_timer(stage, review))


async def _has_a_timer(stage: Stage, review: str) -> bool:
    completed = await stage.events(review, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    return bool(completed)


async def test_only_a_run_that_the_record_does_not_want_is_ended(stage: Stage, console: Console) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await restart_by_hand(stage, review, queue="pep-typo")
    await until(lambda: _is_seen(stage, WAITING))
    found = await stage.finding(WAITING)
    row = await console.begin("engineer", RepairKind.CANCEL, second="operator", problem_id=found.problem_id)
    await _walk(stage)
    assert await _one(console, row) == "not_allowed"
    hands = stage.watch.hands
    assert found.run_id is not None
    assert await hands.terminate(review, found.run_id, "repair 9.1") is Ended.DONE
    assert await hands.terminate(review, found.run_id, "repair 9.1") is Ended.DONE, "asked for again"
    assert await hands.terminate(review, found.run_id, "repair 9.2") is Ended.OTHERWISE


async def test_while_temporal_is_away_a_repair_waits_and_says_so(stage: Stage, console: Console) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        problem = (await _fails(stage)).problem_id
    await stage.stop_temporal()
    row = await console.begin("operator", RepairKind.TRY_NOW, problem_id=problem)
    await _walk(stage)
    (item,) = await console.items(row.id)
    assert (item.result, item.said) == ("waiting", "Temporal does not answer; it is done as soon as it does.")
    await stage.start_temporal()
    stage.pass_by()
    await _walk(stage)
    assert await _one(console, row) == "checking"

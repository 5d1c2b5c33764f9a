"""A payment that fails again and again: seen as a step, and as money of which nobody can say whether it was paid."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import select, text, update

from contracts.ids import TASK_QUEUE, cycle_workflow_id
from contracts.messages import CycleRun, Opening
from contracts.problems import GoneBecause, ProblemKind, ProblemState
from store.money_tables import GrantRow
from store.repairables import release_case
from store.tables import Case
from store.watch_tables import Attempt, CaseHold
from tests.console.stage import Stage
from tests.support.finance_book import Manner
from tests.support.temporal_dev import until
from workflows.pep_cycle import PepCycle

STEP, MONEY = ProblemKind.ACTIVITY_FAILING, ProblemKind.PAYMENT_UNSURE
OFTEN = 50
PENCE = 45_000
NEXT_TRY = 60.0
"""Seconds: after three failures a payment is tried again twenty seconds later (workflows/options.py)."""


async def test_a_step_that_fails_is_seen_and_resolved_only_once_it_has_succeeded(stage: Stage) -> None:
    review = await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        await until(lambda: _has_noted(stage, succeeded=False))
        assert await stage.looks() == []
        assert await stage.problems(STEP) == [], "one failure is nothing yet"
        stage.pass_by()
        assert await stage.looks() == []
        step, money = await stage.finding(STEP), await stage.finding(MONEY)
        problem = await stage.problem(STEP)
        assert (problem.step, problem.error_type, problem.state) == ("release_grant", "FinanceUnknown", "new")
        assert (step.workflow_id, step.pence, money.pence) == (review, PENCE, PENCE)
        assert step.case_id is not None
        assert step.case_id == money.case_id
        assert (await stage.problem(MONEY)).error_type == "FinanceUnknown"

        stage.pass_by()
        await stage.looks()
        assert (await stage.finding(STEP)).next_try_at is not None, "Temporal says when it is tried again"
        assert [one.state for one in await stage.problems()] == ["new", "new"], "nothing is resolved by being looked at"

        stage.finance.book.recover()
        await until(lambda: _has_noted(stage, succeeded=True), NEXT_TRY)
        await stage.settled()
        stage.pass_by()
        await stage.looks()
    for kind in (STEP, MONEY):
        (gone,) = await stage.findings(kind)
        assert gone.gone_because == GoneBecause.SUCCEEDED
        assert (await stage.problem(kind)).state == ProblemState.RESOLVED


async def test_what_fails_inside_the_workflow_task_goes_on_as_a_step_that_is_seen(stage: Stage) -> None:
    """A cycle of a case that the record does not have: its review cannot be opened."""
    await stage.start_temporal()
    opening = Opening("2026/27 autumn", stage.clock.instant)
    nobody = CycleRun("nobody", opening, clock_shift=stage.shift)
    async with stage.working():
        await stage.client.start_workflow(PepCycle.run, nobody, id=cycle_workflow_id("nobody"), task_queue=TASK_QUEUE)
        await until(lambda: _has_noted(stage, succeeded=False))
        stage.pass_by()
        await stage.looks(STEP.value)
    problem, found = await stage.problem(STEP), await stage.finding(STEP)
    assert (problem.step, problem.error_type, problem.message) == ("open_review", "NoResultFound", "")
    assert (found.case_id, found.pence) == (None, 0)


async def test_where_attempts_were_not_noted_temporal_says_what_fails(stage: Stage) -> None:
    """PostgreSQL takes no note of what failed, and no attempt is known to have succeeded either."""
    review = await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with _nothing_noted(stage), stage.working():
        await until(lambda: _has_tried(stage, review, 3), NEXT_TRY)
        stage.pass_by()
        await stage.looks(STEP.value)
        assert await stage.problems(STEP) == []
        await stage.looks("steps_in_temporal")
        problem, found = await stage.problem(STEP), await stage.finding(STEP)
        assert (problem.step, problem.error_type) == ("release_grant", "FinanceUnknown")
        assert problem.message == "the grant is not released yet", "as an attempt would say it"
        assert found.facts["attempts"] >= 3
        assert found.pence == PENCE

        stage.finance.book.recover()
        await until(lambda: _has_tried(stage, review, 0), NEXT_TRY)
        stage.pass_by()
        await stage.looks(STEP.value)
        assert await stage.findings(STEP, still=True), "nothing noted says that it has succeeded"
        await stage.looks("steps_in_temporal")
    (gone,) = await stage.findings(STEP)
    assert gone.gone_because == GoneBecause.SUCCEEDED, "the history says so"


async def test_a_step_whose_run_was_ended_is_overtaken_and_does_not_come_back(stage: Stage) -> None:
    review = await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        await until(lambda: _has_noted(stage, succeeded=False))
        stage.pass_by()
        await stage.looks()
        await stage.client.get_workflow_handle(review).terminate()
        stage.pass_by()
        await stage.looks()
        assert [one.gone_because for one in await stage.findings(STEP)] == [GoneBecause.OVERTAKEN]
        stage.pass_by()
        await stage.looks()
    assert (await stage.problem(STEP)).state == ProblemState.RESOLVED
    assert len(await stage.findings(STEP)) == 1, "its old failures are no new ones"
    assert (await stage.problem(MONEY)).state == ProblemState.NEW, "the money is no less unsure"


async def test_a_payment_that_finance_refuses_is_seen_as_such(stage: Stage) -> None:
    await stage.signed_off()
    stage.finance.book.plan(Manner.REFUSE)
    async with stage.working():
        await until(lambda: _has_noted(stage, succeeded=False))
        await stage.looks(MONEY.value)
        problem, found = await stage.problem(MONEY), await stage.finding(MONEY)
    assert (problem.step, problem.error_type) == ("release_grant", "FinanceRefused")
    assert found.subject == "payment:grant-C1-2026-27-autumn"


async def test_the_grant_of_a_case_on_hold_is_a_problem_on_hold_until_it_is_released(stage: Stage) -> None:
    await stage.signed_off()
    case_id = await _puts_on_hold(stage)
    async with stage.working():
        await until(lambda: _has_noted(stage, succeeded=False))
        stage.pass_by()
        await stage.looks()
        problem, found = await stage.problem(STEP), await stage.finding(STEP)
        assert (problem.error_type, problem.state, found.case_id) == ("OnHold", ProblemState.ON_HOLD, case_id)

        async with stage.database.transaction() as session:
            assert await release_case(session, case_id)
        await until(lambda: _has_noted(stage, succeeded=True), NEXT_TRY)
        stage.pass_by()
        await stage.looks()
    assert (await stage.problem(STEP)).state == ProblemState.RESOLVED


async def test_the_same_failure_comes_back_under_its_number(stage: Stage) -> None:
    await stage.signed_off()
    stage.finance.book.plan(*(OFTEN * [Manner.FAIL_BEFORE]))
    async with stage.working():
        await until(lambda: _has_noted(stage, succeeded=False))
        await stage.looks(MONEY.value)
        stage.finance.book.recover()
        await until(lambda: _has_noted(stage, succeeded=True), NEXT_TRY)
        await stage.looks(MONEY.value)
    number = (await stage.problem(MONEY)).id
    await _set_grant(stage, "unknown")
    stage.pass_by(timedelta(seconds=10))
    await stage.looks(MONEY.value)
    back = await stage.problem(MONEY)
    assert (back.id, back.state, back.times_back) == (number, ProblemState.CAME_BACK, 1)
    assert back.resolved_at is None


async def _puts_on_hold(stage: Stage) -> str:
    """The case of the only grant."""
    async with stage.database.transaction() as session:
        case_id = (await session.scalars(select(Case.id))).one()
        session.add(CaseHold(case_id=case_id, held_at=stage.clock.instant))
    return case_id


async def _has_noted(stage: Stage, *, succeeded: bool, times: int = 1) -> bool:
    return len(await stage.attempts(succeeded=succeeded)) >= times


async def _has_tried(stage: Stage, review: str, times: int) -> bool:
    """Whether Temporal says that the step has failed so often and waits to be tried again; 0: no step is left."""
    run = await stage.watch.sight.run(review)
    assert run is not None
    return any(step.attempt > times for step in run.steps) if times else not run.steps


@asynccontextmanager
async def _nothing_noted(stage: Stage) -> AsyncIterator[None]:
    """What is noted of attempts does not get into the table."""

    async def alter(what: str) -> None:
        async with stage.database.transaction() as session:
            await session.execute(text(f"ALTER TABLE {Attempt.__tablename__} {what}"))

    await alter("ADD CONSTRAINT nothing_noted CHECK (false) NOT VALID")
    try:
        yield
    finally:
        await alter("DROP CONSTRAINT nothing_noted")


async def _set_grant(stage: Stage, state: str) -> None:
    async with stage.database.transaction() as session:
        await session.execute(update(GrantRow).values(state=state))

"""Runs that cannot go on: their own code fails, nobody asks for them, or what was due in them had no effect."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.common import (
    PinnedVersioningOverride,
    VersioningBehavior,
    WorkerDeploymentVersion,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker, WorkerDeploymentConfig

from contracts.ids import TASK_QUEUE
from contracts.problems import GoneBecause, ProblemKind, ProblemState
from rules.repairs import offered
from starter.starting import Starter
from store.reviews import get_review
from tests.console.stage import Stage
from tests.support.temporal_dev import until

LAST_YEAR = WorkerDeploymentVersion("pep", "of-last-year")
FAILING, WAITING, PASSED = ProblemKind.WORKFLOW_FAILING, ProblemKind.NOT_PICKED_UP, ProblemKind.WAIT_PASSED


async def test_a_run_whose_code_fails_is_seen_and_resolved_once_a_new_run_works(stage: Stage) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await _start_with_what_no_code_takes(stage, review)
    async with stage.working():
        await until(lambda: _sees(stage, FAILING), patience=60)
        problem, found = await stage.problem(FAILING), await stage.finding(FAILING)
        assert (problem.step, problem.error_type) == ("pep_review", "PayloadMismatchError")
        assert problem.message == "", "no exception's text is kept"
        assert (found.subject, found.workflow_id) == (f"run:{review}", review)
        assert found.case_id is not None
        assert await stage.problems(WAITING) == [], "somebody asks for it; it is the code that fails"

        await stage.client.get_workflow_handle(review).terminate()
        await _restart(stage, review)
        await until(lambda: _is_gone(stage, FAILING))
    (gone,) = await stage.findings(FAILING)
    assert gone.gone_because == GoneBecause.SUCCEEDED
    assert (await stage.problem(FAILING)).state == ProblemState.RESOLVED


async def test_a_run_that_only_ended_is_overtaken(stage: Stage) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await _start_with_what_no_code_takes(stage, review)
    async with stage.working():
        await until(lambda: _sees(stage, FAILING), patience=60)
        await stage.client.get_workflow_handle(review).terminate()
        await until(lambda: _is_gone(stage, FAILING))
    assert [one.gone_because for one in await stage.findings(FAILING)] == [GoneBecause.OVERTAKEN]


async def test_a_run_on_a_mistyped_queue_is_seen(stage: Stage) -> None:
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    await _restart(stage, review, queue="pep-typo")
    async with stage.working():
        await until(lambda: _sees(stage, WAITING))
        problem, found = await stage.problem(WAITING), await stage.finding(WAITING)
        assert (problem.step, problem.error_type) == ("pep_review", "OtherQueue")
        assert found.facts["queue"] == "pep-typo"
        assert found.facts["pollers"] == 0
        stage.pass_by()
        await stage.looks()
        assert await stage.findings(WAITING, still=True)

        await stage.client.get_workflow_handle(review).terminate()
        await _restart(stage, review)
        await until(lambda: stage.has_nothing_to_do("C1"))
        await until(lambda: _is_gone(stage, WAITING))
    assert [one.gone_because for one in await stage.findings(WAITING)] == [GoneBecause.SUCCEEDED]


async def test_runs_without_a_worker_are_seen_and_go_on_when_one_comes(stage: Stage) -> None:
    await stage.start_temporal()
    await stage.begin("C1", "C2")
    await until(lambda: _sees(stage, WAITING, times=2))
    problem = await stage.problem(WAITING)
    assert (problem.step, problem.error_type) == ("pep_cycle", "NoWorker")
    assert (await stage.problem(ProblemKind.SERVICE_STOPPED)).step == "worker", "nobody asks our queue for work"
    async with stage.working():
        for child in ("C1", "C2"):
            await until(lambda child=child: stage.has_review(child))  # type: ignore[misc]
            await until(lambda child=child: stage.has_nothing_to_do(child))  # type: ignore[misc]
        await until(lambda: _is_gone(stage, WAITING))
    assert (await stage.problem(WAITING)).state == ProblemState.RESOLVED
    assert (await stage.problem(ProblemKind.SERVICE_STOPPED)).state == ProblemState.RESOLVED


async def test_runs_that_wait_while_workers_ask_for_work_are_told_as_that(stage: Stage) -> None:
    """Who asks for work takes none of it here, as in a queue that is long; once they are gone it is another matter."""
    await stage.start_temporal()
    await stage.begin("C1")
    async with await _of_last_year(stage):
        await until(lambda: _is_asked(stage))
        await stage.looks(WAITING.value)
    problem = await stage.problem(WAITING)
    assert (problem.step, problem.error_type) == ("pep_cycle", "NotTaken")
    assert offered(WAITING, problem.error_type) == (), "started anew it would wait again, behind all the others"
    stage.patience = replace(stage.patience, unpolled=timedelta(days=-100_000))
    await stage.looks(WAITING.value)
    problem, later = await stage.problems(WAITING)
    assert problem.state == ProblemState.RESOLVED
    assert later.error_type == "NoWorker", "also while Temporal still names who asked some minutes ago"


async def test_a_run_whose_version_nobody_has_is_seen(stage: Stage) -> None:
    """The worker of last year's version has polled this queue, and is gone."""
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    async with await _of_last_year(stage):
        await until(lambda: _polls(stage))
    await until(lambda: _starts_with(stage, review, LAST_YEAR))
    stage.patience = replace(stage.patience, unpolled=timedelta(days=-100_000))
    async with stage.working():
        await until(lambda: _sees(stage, WAITING, WAITING.value))
    assert (await stage.problem(WAITING)).error_type == "VersionGone"
    assert (await stage.finding(WAITING)).facts["version"] == "pep:of-last-year"


async def test_a_task_that_waits_in_a_run_which_was_worked_on_before_is_seen_too(stage: Stage) -> None:
    """The list of workflows does not show it: a worker has had it. Reminders are due, and nobody takes it up."""
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).signal("plan_changed", "anything")
    stage.pass_by(timedelta(days=60))
    await until(lambda: _sees(stage, WAITING, "steps_in_temporal"))
    (found,) = [one for one in await stage.findings(WAITING) if one.workflow_id == review]
    assert found.subject == f"run:{review}"


async def test_a_deadline_that_passes_without_effect_is_seen_until_it_has_its_effect(stage: Stage) -> None:
    """The review's workflow was ended behind our back: nothing wakes, and nothing fails."""
    await stage.open_reviews("C1")
    review = await stage.review_of("C1")
    await stage.client.get_workflow_handle(review).terminate()
    async with stage.working():
        await stage.looks()
        assert await stage.problems(PASSED) == []
        stage.pass_by(timedelta(days=60))
        await stage.looks()
        problem, found = await stage.problem(PASSED), await stage.finding(PASSED)
        assert (problem.step, found.workflow_id) == ("take_step", review)
        assert found.subject == f"review:{review.removeprefix('pep-review-')}"
        stage.pass_by()
        await stage.looks()
        assert await stage.findings(PASSED, still=True)

        stage.set_workflows_to(stage.clock.instant)
        await _restart(stage, review)
        await stage.settled()
        await stage.looks()
    assert [one.gone_because for one in await stage.findings(PASSED)] == [GoneBecause.SUCCEEDED]
    assert (await stage.problem(PASSED)).state == ProblemState.RESOLVED


async def test_while_temporal_is_away_what_it_had_told_stays_and_the_rounds_say_so(stage: Stage) -> None:
    await stage.start_temporal()
    await stage.begin("C1")
    await until(lambda: _sees(stage, WAITING))
    before = await stage.sweep(WAITING.value)
    await stage.stop_temporal()
    stage.pass_by()
    blind = await stage.looks()
    assert set(blind) == {FAILING.value, WAITING.value, "steps_in_temporal", "queue", "everything"}
    after = await stage.sweep(WAITING.value)
    assert (after.error_type, after.ended_at, after.facts) == (
        "TemporalUnreachableError",
        before.ended_at,
        before.facts,
    )
    assert after.tried_at > before.tried_at
    assert (await stage.sweep(PASSED.value)).error_type is None
    assert await stage.findings(WAITING, still=True), "not seen is not gone"


async def _starts_with(stage: Stage, review: str, version: WorkerDeploymentVersion) -> bool:
    """Start a run that is for the workers of one version; False while Temporal knows of none."""
    try:
        await stage.client.start_workflow(
            "pep_review", "anything", id=review, task_queue=TASK_QUEUE,
            versioning_override=PinnedVersioningOverride(version),
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )  # fmt: skip
    except RPCError as error:
        if error.status is not RPCStatusCode.FAILED_PRECONDITION:
            raise
        return False
    return True


async def _of_last_year(stage: Stage) -> Worker:
    """A worker that asks for the work of its own version alone."""
    versioned = WorkerDeploymentConfig(LAST_YEAR, use_worker_versioning=True)
    client = await stage.connected()
    return Worker(client, task_queue=TASK_QUEUE, workflows=[_OfLastYear], deployment_config=versioned)


async def _is_asked(stage: Stage) -> bool:
    """Whether somebody asks our queue for work."""
    return (await stage.watch.sight.queue()).last_poll is not None


async def _polls(stage: Stage) -> bool:
    """Whether the worker with a version is known to the queue."""
    try:
        await stage.client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace="default", deployment_name="pep")
        )
    except RPCError:
        return False
    return True


@workflow.defn(name="of_last_year", sandboxed=False, versioning_behavior=VersioningBehavior.PINNED)
class _OfLastYear:
    @workflow.run
    async def run(self) -> None:
        """Nothing: only who polls matters."""


async def _sees(stage: Stage, kind: ProblemKind, *rounds: str, times: int = 1) -> bool:
    await stage.looks(*(rounds or (kind.value, "queue")))
    return len(await stage.findings(kind, still=True)) >= times


async def _is_gone(stage: Stage, kind: ProblemKind) -> bool:
    stage.pass_by(timedelta(seconds=1))
    await stage.looks(kind.value, "queue")
    return not await stage.findings(kind, still=True)


async def _start_with_what_no_code_takes(stage: Stage, review: str) -> None:
    await stage.client.start_workflow(
        "pep_review", "nothing that a review is", id=review, task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )  # fmt: skip


async def _restart(stage: Stage, review: str, queue: str = TASK_QUEUE) -> None:
    """Start a review's run anew from the record, as the starter does."""
    starter = Starter(stage.client, queue, stage.shift)
    async with stage.database.transaction() as session:
        kept = await get_review(session, review.removeprefix("pep-review-"))
    assert kept is not None
    await starter.start_review(kept)

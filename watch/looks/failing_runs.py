"""Runs whose own code fails: a fault of this service, or other code than began them."""

from collections.abc import Sequence
from datetime import datetime

from contracts.problems import GoneBecause, ProblemKind
from starter.seen import ListedRun, SeenRun
from store.findings import OpenFinding, Stuck
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.WORKFLOW_FAILING


async def look(parts: Parts, now: datetime, _patience: Patience) -> list[Stuck]:
    return [await stuck_of(parts, run, now) for run in await parts.sight.failing_runs()]


async def judge(parts: Parts, missing: Sequence[OpenFinding], _now: datetime) -> dict[int, GoneBecause]:
    """The newest run of the workflow is evidence: a worker has finished a task of it, and no task fails."""
    return await judge_runs(parts, missing)


async def judge_runs(parts: Parts, missing: Sequence[OpenFinding]) -> dict[int, GoneBecause]:
    """Whether the runs that did not go on do so now, or have ended."""
    runs = await parts.sight.runs([one.workflow_id for one in missing if one.workflow_id])
    verdicts = {one.id: _verdict(runs.get(one.workflow_id or "")) for one in missing}
    return {finding_id: because for finding_id, because in verdicts.items() if because is not None}


async def stuck_of(parts: Parts, run: ListedRun, now: datetime) -> Stuck:
    """A run that fails, with why; of the error only its type is kept."""
    why = await parts.sight.why_failing(run.workflow_id, run.run_id)
    return Stuck(
        kind=KIND,
        subject=f"run:{run.workflow_id}",
        step=run.type,
        error_type=why.error_type,
        seen_at=now,
        workflow_id=run.workflow_id,
        run_id=run.run_id,
        facts={"cause": why.cause, "queue": run.queue},
    )


def fails(run: SeenRun, patience: Patience) -> bool:
    """Whether a workflow task of a run has failed so often that it does not help to go on trying."""
    return run.is_open and run.task_attempt > patience.attempts


def _verdict(run: SeenRun | None) -> GoneBecause | None:
    if run is None:
        return GoneBecause.OVERTAKEN
    if run.is_open:
        goes_on = run.taken_up and run.task_attempt == 0 and not run.problems
        return GoneBecause.SUCCEEDED if goes_on else None
    return GoneBecause.SUCCEEDED if run.completed else GoneBecause.OVERTAKEN

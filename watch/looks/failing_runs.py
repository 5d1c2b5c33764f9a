"""Runs whose own code fails: a fault of this service, or other code than began them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from contracts.problems import GoneBecause, ProblemKind
from starter.seen import ListedRun, SeenRun, WhyFailing
from store.findings import OpenFinding, Stuck, open_findings
from watch.looks.patience import Patience
from watch.looks.turns import Turns
from watch.parts import Parts

KIND = ProblemKind.WORKFLOW_FAILING
_AT_ONCE = 20


async def look(parts: Parts, now: datetime, _patience: Patience) -> list[Stuck]:
    """Why a run fails is asked once: its history has its first failure only."""
    runs = await parts.sight.failing_runs()
    async with parts.database.transaction() as session:
        known = {(one.workflow_id, one.run_id): one for one in await open_findings(session, KIND)}
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def seen(run: ListedRun) -> Stuck:
        before = known.get((run.workflow_id, run.run_id))
        if before is not None:
            return _stuck(run, WhyFailing(before.facts["cause"], before.error_type), now)
        async with at_once:
            return await stuck_of(parts, run, now)

    return list(await asyncio.gather(*(seen(run) for run in runs)))


async def judge_runs(
    parts: Parts, missing: Sequence[OpenFinding], _now: datetime, turns: Turns
) -> dict[int, GoneBecause]:
    """Whether runs that did not go on do so now, or have ended. The newest run of a workflow is evidence: a worker has
    finished a task of it, and none fails."""
    runs = await parts.sight.runs(turns.next([one.workflow_id for one in missing if one.workflow_id]))
    looked_at = [one for one in missing if one.workflow_id in runs]
    verdicts = {one.id: _verdict(runs[one.workflow_id or ""]) for one in looked_at}
    return {finding_id: because for finding_id, because in verdicts.items() if because is not None}


async def stuck_of(parts: Parts, run: ListedRun, now: datetime) -> Stuck:
    """A run that fails, with why; of the error only its type is kept."""
    return _stuck(run, await parts.sight.why_failing(run.workflow_id, run.run_id), now)


def _stuck(run: ListedRun, why: WhyFailing, now: datetime) -> Stuck:
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

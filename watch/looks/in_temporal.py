"""What only Temporal can say: how pending steps stand, what the attempts did not tell, who asks for work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.problems import GoneBecause, ProblemKind
from starter.seen import SeenRun
from store.findings import OpenFinding, Stuck, open_findings
from store.overdue import overdue
from watch.keeping import keep
from watch.looks import failing_runs, failing_steps, not_picked_up, processes
from watch.looks.patience import Patience
from watch.looks.turns import MOST_DESCRIBED, Turns
from watch.parts import Parts

_SUSPECT = timedelta(seconds=20)
"""What was due for so long and had no effect is looked at in Temporal."""


async def look_at_steps(parts: Parts, now: datetime, patience: Patience, turns: Turns) -> dict[str, Any]:
    """Look at the runs of which a step is known to fail, and at those in which something is overdue."""
    async with parts.database.transaction() as session:
        failing = await open_findings(session, ProblemKind.ACTIVITY_FAILING)
        suspects = await overdue(session, now - _SUSPECT, money_that_waits=True)
    names = {one.workflow_id for one in failing if one.workflow_id} | {one.workflow_id for one in suspects}
    return await _look_at(parts, turns.next(names), failing, now, patience)


async def look_at_everything(parts: Parts, now: datetime, patience: Patience, drift: "Drift") -> dict[str, Any]:
    """Look at the next part of all open runs: also at what the record knows nothing of."""
    async with parts.database.transaction() as session:
        failing = await open_findings(session, ProblemKind.ACTIVITY_FAILING)
    runs, drift.after = await parts.sight.open_runs(drift.after, MOST_DESCRIBED)
    seen = await _look_at(parts, [run.workflow_id for run in runs], failing, now, patience)
    return {**seen, "all_seen": not drift.after}


class Drift:
    """How far the sweep of all open runs has come."""

    def __init__(self) -> None:
        self.after = b""


async def look_at_queue(parts: Parts, now: datetime, patience: Patience) -> dict[str, Any]:
    """Who asks our queue for work, and what waits in it: for Health, and a problem where nobody asks."""
    queue = await parts.sight.queue()
    stuck = processes.unpolled(queue, parts.sight.task_queue, now, patience)
    verdicts = {}
    if stuck is None:
        async with parts.database.transaction() as session:
            found = await open_findings(session, ProblemKind.SERVICE_STOPPED)
        verdicts = {one.id: GoneBecause.SUCCEEDED for one in found if processes.is_queue(one)}
    await keep(parts.database, ProblemKind.SERVICE_STOPPED, [stuck] if stuck else [], verdicts, now)
    return {
        "queue": parts.sight.task_queue,
        "pollers": queue.pollers,
        "poller_identities": list(queue.identities),
        "last_poll": queue.last_poll.isoformat() if queue.last_poll else None,
        "backlog": queue.backlog,
        "oldest_seconds": queue.oldest_seconds,
    }


async def _look_at(
    parts: Parts, names: Sequence[str], failing: Sequence[OpenFinding], now: datetime, patience: Patience
) -> dict[str, Any]:
    """Describe these runs, and keep what is seen of their steps and tasks."""
    described = await parts.sight.runs(names)
    runs = [run for run in described.values() if run is not None and run.is_open]
    known = {one.subject for one in failing}
    steps = [one for run in runs for one in failing_steps.stuck_in(run, known, now, patience)]
    subjects = {one.subject for one in steps}
    verdicts = {}
    for one in failing:
        if one.workflow_id in described and one.subject not in subjects:
            because = await failing_steps.judge_in_temporal(parts, one, described[one.workflow_id])
            if because is not None:
                verdicts[one.id] = because
    await keep(parts.database, ProblemKind.ACTIVITY_FAILING, steps, verdicts, now)
    await _keep_runs(parts, runs, now, patience)
    return {"described": len(described), "failing": len(steps)}


async def _keep_runs(parts: Parts, runs: Sequence[SeenRun], now: datetime, patience: Patience) -> None:
    """Runs whose task waits for a worker or fails, although the list of workflows does not say so."""
    waiting: list[Stuck] = []
    for run in runs:
        if not_picked_up.waits_for_a_worker(run, now, patience) and run.task_attempt <= 1:
            queue = await parts.sight.queue(run.queue)
            waiting.append(not_picked_up.stuck_of(parts, run, queue, now, patience))
    failing = [await failing_runs.stuck_of(parts, run, now) for run in runs if failing_runs.fails(run, patience)]
    if waiting:
        await keep(parts.database, ProblemKind.NOT_PICKED_UP, waiting, {}, now)
    if failing:
        await keep(parts.database, ProblemKind.WORKFLOW_FAILING, failing, {}, now)

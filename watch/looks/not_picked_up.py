"""Runs that nobody takes up: no worker, a queue that is not ours, a version that is gone, more work than hands."""

from collections.abc import Sequence
from datetime import datetime

from contracts.problems import NOT_TAKEN, ProblemKind
from starter.seen import ListedRun, QueueSeen, SeenRun
from store.findings import Stuck
from watch.looks.patience import Patience
from watch.looks.processes import is_polled
from watch.parts import Parts

KIND = ProblemKind.NOT_PICKED_UP
NO_WORKER, OTHER_QUEUE, VERSION_GONE = "NoWorker", "OtherQueue", "VersionGone"
"""Why, as the problem's type of error; or `NOT_TAKEN`."""
_MOST_DESCRIBED = 100
"""Runs that are looked at one by one, where workers ask for the work of their queue all the same."""


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    waiting = [run for run in await parts.sight.untouched_runs() if now - run.started_at > patience.taken_up]
    waiting = [run for run in waiting if not run.problems]
    pinned = await parts.sight.pinned_runs()
    queues = {name: await parts.sight.queue(name) for name in {run.queue for run in [*waiting, *pinned]}}
    without = [run for run in pinned if _nobody_has_its_version(run, queues[run.queue], now, patience)]
    tried = await _tried(parts, [run for run in waiting if queues[run.queue].pollers])
    taken = [run for run in waiting if run.workflow_id not in tried]
    return [stuck_of(parts, run, queues[run.queue], now, patience) for run in [*taken, *without]]


async def _tried(parts: Parts, runs: Sequence[ListedRun]) -> set[str]:
    """Runs that a worker has taken up to no avail: their code fails, which is another class."""
    described = await parts.sight.runs([run.workflow_id for run in runs[:_MOST_DESCRIBED]])
    return {workflow_id for workflow_id, run in described.items() if run is not None and run.task_attempt > 1}


def _nobody_has_its_version(run: ListedRun, queue: QueueSeen, now: datetime, patience: Patience) -> bool:
    """Also one that sleeps: when it wakes, nobody will be there."""
    last = queue.versions.get(run.version or "")
    return last is None or now - last > patience.unpolled


def waits_for_a_worker(run: SeenRun, now: datetime, patience: Patience) -> bool:
    """Whether what is due in a run waits for somebody to take it up."""
    since = run.task_waits_since
    return run.is_open and not run.is_paused and since is not None and now - since > patience.taken_up


def stuck_of(parts: Parts, run: ListedRun, queue: QueueSeen, now: datetime, patience: Patience) -> Stuck:
    return Stuck(
        kind=KIND,
        subject=f"run:{run.workflow_id}",
        step=run.type,
        error_type=_why(parts, run, queue, now, patience),
        seen_at=now,
        workflow_id=run.workflow_id,
        run_id=run.run_id,
        facts={"queue": run.queue, "pollers": queue.pollers, "version": run.version},
    )


def _why(parts: Parts, run: ListedRun, queue: QueueSeen, now: datetime, patience: Patience) -> str:
    if run.queue != parts.sight.task_queue:
        return OTHER_QUEUE
    if run.version and _nobody_has_its_version(run, queue, now, patience):
        return VERSION_GONE
    return NOT_TAKEN if is_polled(queue, now, patience) else NO_WORKER

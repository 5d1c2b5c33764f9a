"""Steps that fail again and again, by their attempts (activities/attempts.py), and by what Temporal says of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.errors import Fault
from contracts.problems import GoneBecause, ProblemKind
from starter.seen import SeenRun
from store.attempts import Failing, failing_activities, succeeded_steps
from store.findings import ON_HOLD, OpenFinding, Stuck
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.ACTIVITY_FAILING
_LOOKS_BACK = timedelta(hours=3)
"""Longer than the longest pause between two attempts (workflows/options.py)."""


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    async with parts.database.transaction() as session:
        failing = await failing_activities(session, now - _LOOKS_BACK)
    return [_stuck(one) for one in failing if _counts(one, now, patience)]


async def judge(parts: Parts, missing: Sequence[OpenFinding], _now: datetime) -> dict[int, GoneBecause]:
    """The attempt that succeeded is evidence; without it Temporal has to be asked."""
    async with parts.database.transaction() as session:
        done = await succeeded_steps(session, {_step_of(one) for one in missing})
    return {one.id: GoneBecause.SUCCEEDED for one in missing if _step_of(one) in done}


def stuck_in(run: SeenRun, known: set[str], now: datetime, patience: Patience) -> list[Stuck]:
    """The steps of a run that fail: those that are `known` to (subjects), and those that failed often enough."""
    return [
        Stuck(
            kind=KIND,
            subject=subject_of(run.workflow_id, step.activity_id),
            step=step.type,
            error_type=step.error_type,
            message=step.message,
            seen_at=now,
            workflow_id=run.workflow_id,
            run_id=run.run_id,
            next_try_at=step.next_try_at,
            facts={"attempts": step.attempt, ON_HOLD: step.on_hold or run.is_paused} | _held(step.error_type),
        )
        for step in run.steps
        if step.error_type is not None
        and (step.attempt >= patience.attempts or subject_of(run.workflow_id, step.activity_id) in known)
    ]


async def judge_in_temporal(parts: Parts, finding: OpenFinding, run: SeenRun | None) -> GoneBecause | None:
    """Whether a step is over, by the newest run of its workflow. None: it is not."""
    activity_id = _step_of(finding)[2]
    is_there = run is not None and run.is_open and run.run_id == finding.run_id
    if is_there and run is not None and any(step.activity_id == activity_id for step in run.steps):
        return None
    workflow_id, run_id = finding.workflow_id or "", finding.run_id or ""
    succeeded = await parts.sight.step_succeeded(workflow_id, run_id, activity_id)
    return GoneBecause.SUCCEEDED if succeeded else GoneBecause.OVERTAKEN


def subject_of(workflow_id: str, activity_id: str) -> str:
    return f"activity:{workflow_id}:{activity_id}"


def _counts(failing: Failing, now: datetime, patience: Patience) -> bool:
    return failing.attempt >= patience.attempts or now - failing.since > patience.failing


def _stuck(failing: Failing) -> Stuck:
    return Stuck(
        kind=KIND,
        subject=subject_of(failing.workflow_id, failing.activity_id),
        step=failing.activity_type,
        error_type=failing.error_type,
        message=failing.message,
        seen_at=failing.last,
        workflow_id=failing.workflow_id,
        run_id=failing.run_id,
        facts={"attempts": failing.attempt, "last_failure": failing.last.isoformat()} | _held(failing.error_type),
    )


def _held(error_type: str) -> dict[str, bool]:
    """A step that waits because its case is on hold is on hold: that is no news to whoever put it there."""
    return {ON_HOLD: True} if error_type == Fault.ON_HOLD else {}


def _step_of(finding: OpenFinding) -> tuple[str, str, str]:
    return finding.workflow_id or "", finding.run_id or "", finding.subject.rpartition(":")[2]

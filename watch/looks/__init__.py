"""The looks: a file for each class of stuck work, and the rounds in which they are walked."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from contracts.problems import GoneBecause, ProblemKind
from store.attempts import forget_attempts
from store.findings import OpenFinding, Stuck, open_findings
from store.heartbeats import forget_processes
from watch.keeping import keep
from watch.looks import failing_runs, failing_steps, letters, not_picked_up, payments, processes, untold, waits
from watch.looks.in_temporal import Drift, look_at_everything, look_at_queue, look_at_steps
from watch.looks.patience import AS_IN_SERVICE, Patience
from watch.looks.turns import Turns
from watch.noted import noted_round
from watch.parts import Parts
from watch.rounds import Round

OFTEN = timedelta(seconds=10)
"""Pause of a look that asks PostgreSQL alone."""
IN_TEMPORAL = timedelta(seconds=15)
"""Pause of a look that asks Temporal."""
EVERYTHING = timedelta(minutes=3)
"""Pause between two parts of the sweep of all open runs."""
TIDYING = timedelta(hours=6)
_ATTEMPTS_KEPT = timedelta(days=90)
_PROCESSES_KEPT = timedelta(days=7)


_Look: TypeAlias = Callable[[Parts, datetime, Patience], Awaitable[list[Stuck]]]
_Judge: TypeAlias = Callable[[Parts, Sequence[OpenFinding], datetime], Awaitable[dict[int, GoneBecause]]]


@dataclass(frozen=True, slots=True)
class _Class:
    """A class of stuck work: how it is seen, and how one that is not seen any more is judged."""

    kind: ProblemKind
    look: _Look
    judge: _Judge
    pause: timedelta


def rounds_of(parts: Parts, patience: Patience = AS_IN_SERVICE) -> list[Round]:
    """Every look, each a round of its own, so that one that cannot see blinds no other."""
    turns, drift = Turns(), Drift()
    return [
        *(
            noted_round(parts, one.kind.value, one.pause, partial(_walk, parts, one, patience))
            for one in _classes(patience)
        ),
        noted_round(parts, "steps_in_temporal", IN_TEMPORAL, lambda now: look_at_steps(parts, now, patience, turns)),
        noted_round(parts, "queue", IN_TEMPORAL, lambda now: look_at_queue(parts, now, patience)),
        noted_round(parts, "everything", EVERYTHING, lambda now: look_at_everything(parts, now, patience, drift)),
        noted_round(parts, "tidying", TIDYING, lambda now: _tidy(parts, now)),
    ]


def _classes(patience: Patience) -> list[_Class]:
    judge_processes = partial(processes.judge_with, patience=patience)
    return [
        _Class(failing_steps.KIND, failing_steps.look, failing_steps.judge, OFTEN),
        _Class(waits.KIND, waits.look, waits.judge, OFTEN),
        _Class(untold.KIND, untold.look, untold.judge, OFTEN),
        _Class(letters.KIND, letters.look, letters.judge, OFTEN),
        _Class(payments.KIND, payments.look, payments.judge, OFTEN),
        _Class(processes.KIND, processes.look, judge_processes, OFTEN),
        _Class(failing_runs.KIND, failing_runs.look, _judging_runs(), IN_TEMPORAL),
        _Class(not_picked_up.KIND, not_picked_up.look, _judging_runs(), IN_TEMPORAL),
    ]


def _judging_runs() -> _Judge:
    return partial(failing_runs.judge_runs, turns=Turns())


async def _walk(parts: Parts, of: _Class, patience: Patience, now: datetime) -> dict[str, Any]:
    """Look, judge what is not seen any more, keep both."""
    seen = await of.look(parts, now, patience)
    subjects = {one.subject for one in seen}
    async with parts.database.transaction() as session:
        known = await open_findings(session, of.kind)
    missing = [one for one in known if one.subject not in subjects]
    verdicts = await of.judge(parts, missing, now) if missing else {}
    await keep(parts.database, of.kind, seen, verdicts, now)
    return {"stuck": len(seen)}


async def _tidy(parts: Parts, now: datetime) -> dict[str, Any]:
    """Forget what nobody looks at any more: old attempts, and processes that ended long ago."""
    async with parts.database.transaction() as session:
        await forget_attempts(session, now - _ATTEMPTS_KEPT)
        await forget_processes(session, now - _PROCESSES_KEPT)
    return {}

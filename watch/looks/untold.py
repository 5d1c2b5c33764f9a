"""What people did is stored, and the workflow that waits for it was not told."""

from collections.abc import Sequence
from datetime import datetime

from contracts.problems import GoneBecause, ProblemKind
from store.findings import OpenFinding, Stuck
from store.unsettled import told, untold_workflows
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.NOT_TOLD


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    async with parts.database.transaction() as session:
        waiting = await untold_workflows(session, now - patience.told)
    return [
        Stuck(
            kind=KIND,
            subject=f"workflow:{one.workflow_id}",
            step="",  # whatever was to be told, it is Temporal or the relay that does not take it: one problem
            error_type="",
            seen_at=now,
            case_id=one.case_id,
            workflow_id=one.workflow_id,
            facts={
                "signal": one.signal,
                "number": one.number,
                "waiting": one.waiting,
                "since": one.stored_at.isoformat(),
            },
        )
        for one in waiting
    ]


async def judge(parts: Parts, missing: Sequence[OpenFinding], _now: datetime) -> dict[int, GoneBecause]:
    """The message that waited longest was told; where its workflow had ended, nothing waited for it any more."""
    of = {one.id: (one.workflow_id or "", int(one.facts["number"])) for one in missing}
    async with parts.database.transaction() as session:
        were_told = await told(session, set(of.values()))
    return {
        finding_id: GoneBecause.SUCCEEDED if were_told[message] else GoneBecause.OVERTAKEN
        for finding_id, message in of.items()
        if message in were_told
    }

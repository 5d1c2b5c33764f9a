"""Something was due, and nothing followed, and no other problem says why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.ids import funding_workflow_id
from contracts.problems import GoneBecause, ProblemKind
from store.findings import OpenFinding, Stuck, stuck_workflows
from store.overdue import Overdue, applications_waiting, overdue, still_due
from watch.looks.patience import Patience
from watch.parts import Parts

KIND = ProblemKind.WAIT_PASSED
_EXPLAINED_BY = (
    ProblemKind.ACTIVITY_FAILING,
    ProblemKind.WORKFLOW_FAILING,
    ProblemKind.NOT_PICKED_UP,
    ProblemKind.NOT_TOLD,
)
_FUNDING = f"workflow:{funding_workflow_id('')}"


async def look(parts: Parts, now: datetime, patience: Patience) -> list[Stuck]:
    async with parts.database.transaction() as session:
        waiting = await overdue(session, now - patience.followed)
        explained = await stuck_workflows(session, _EXPLAINED_BY)
    return [_stuck(one, now) for one in waiting if one.workflow_id not in explained]


async def judge(parts: Parts, missing: Sequence[OpenFinding], now: datetime) -> dict[int, GoneBecause]:
    """A review that moved on, an opening that took place, an application that was seen to."""
    subjects = {one.subject for one in missing}
    funding = [one.removeprefix(_FUNDING) for one in subjects if one.startswith(_FUNDING)]
    async with parts.database.transaction() as session:
        due = await still_due(session, subjects)
        waiting = {f"{_FUNDING}{one}" for one in await applications_waiting(session, funding, now)}
    verdicts = {}
    for one in missing:
        if one.subject.startswith(_FUNDING):
            if one.subject not in waiting:
                verdicts[one.id] = GoneBecause.SUCCEEDED
        elif one.subject not in due:
            verdicts[one.id] = GoneBecause.OVERTAKEN
        elif has_moved(one.facts, due[one.subject], now):
            verdicts[one.id] = GoneBecause.SUCCEEDED
    return verdicts


def has_moved(facts: Mapping[str, Any], due: datetime | None, now: datetime) -> bool:
    """Whether what was due has followed: something later, or nothing, is waited for than what a look has seen.

    `facts` are of the finding; `due` is what `still_due` says now.
    """
    seen = datetime.fromisoformat(facts["due"]) if "due" in facts else now
    return due is None or due > seen


def _stuck(waits: Overdue, now: datetime) -> Stuck:
    return Stuck(
        kind=KIND,
        subject=waits.subject,
        step=waits.step,
        error_type="",
        seen_at=now,
        case_id=waits.case_id,
        workflow_id=waits.workflow_id,
        facts={"due": waits.due.isoformat()},
    )

"""What a review costs in Temporal: events, bytes and billable actions, its own run and the cycle's share of the term.

Actions are counted from the histories as Temporal Cloud bills them (https://docs.temporal.io/cloud/actions); every kind
that we cause is accounted for in docs/economy.md.
"""

from collections import Counter
from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from contracts.ids import cycle_workflow_id, review_workflow_id
from store.cases import cases_in_care
from store.database import Database
from store.reviews import review_ids

BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "workflow started",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer started",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal received",
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: "activity attempt started",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "search attributes changed",
}
"""One action each. A start is billed in the started run: the first, a continued and a child's alike."""
LOCAL = "workflow task with local activities"
"""All local activities of one workflow task are one action: their markers follow one completed task."""


@dataclass(slots=True)
class Cost:
    """What some runs cost together."""

    events: int = 0
    history_bytes: int = 0
    actions: Counter[str] = field(default_factory=Counter)


async def economy(client: Client, database: Database) -> dict[str, float]:
    """The means per review, as ACTS.md names them."""
    async with database.transaction() as session:
        reviews = await review_ids(session)
        cases = [case.id for case in await cases_in_care(session)]
    cost = Cost()
    for review in reviews:
        await _add_runs(client, review_workflow_id(review), cost)
    for case in cases:
        await _add_runs(client, cycle_workflow_id(case), cost)
    count = max(1, len(reviews))
    return {
        "events_per_review": round(cost.events / count, 1),
        "history_bytes_per_review": round(cost.history_bytes / count),
        "actions_per_review": round(cost.actions.total() / count, 1),
    }


async def _add_runs(client: Client, workflow_id: str, cost: Cost) -> None:
    """Every run of a workflow, from the newest back: each names the one that it continues."""
    run_id: str | None = None
    while True:
        handle: WorkflowHandle[object, object] = client.get_workflow_handle(workflow_id, run_id=run_id)
        try:
            run_id = await _add_run(handle, cost)
        except RPCError:
            return
        if not run_id:
            return


async def _add_run(handle: "WorkflowHandle[object, object]", cost: Cost) -> str:
    before, after_task = "", False
    async for event in handle.fetch_history_events():
        cost.events += 1
        cost.history_bytes += event.ByteSize()
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            before = event.workflow_execution_started_event_attributes.continued_execution_run_id
        if event.event_type in BILLED:
            cost.actions[BILLED[event.event_type]] += 1
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            cost.actions[LOCAL] += after_task
            after_task = False
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            after_task = True
    return before

"""What Temporal knows about runs that do not go on. It only looks (docs/adr/0011-the-watch.md).

Asked with Temporal's own calls: with one paused run in sight the SDK's `describe` and `list_workflows` raise ValueError
(a status that they do not know), for every run.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, TaskQueueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryReverseRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client

from starter.reaching import asked, asked_if_there
from starter.seen import ListedRun, QueueSeen, SeenRun, WhyFailing, listed_run, queue_seen, seen_run, why_failing

PAGE = 1_000
MOST_LISTED = 20 * PAGE
"""More runs that do not go on than this are more than anybody looks at one by one."""
AT_ONCE = 20
"""Questions under way at the same time."""
_EVENTS = 100
_MOST_EVENTS = 10 * _EVENTS
_OURS = "PepKind IN ('cycle', 'review', 'funding')"
_FAILING = (
    "ExecutionStatus='Running' AND TemporalReportedProblems IN "
    "('category=WorkflowTaskFailed','category=WorkflowTaskTimedOut')"
)
"""The flag stays on closed runs: they must not be asked for."""
_UNTOUCHED = "ExecutionStatus='Running' AND BuildIds IS NULL"
"""No worker has ever finished a workflow task of it."""

_PINNED = "ExecutionStatus='Running' AND TemporalWorkflowVersioningBehavior='Pinned'"


class Sight:
    """Looks through a client, which may be lazy. Raises TemporalUnreachableError while Temporal is away."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    @property
    def task_queue(self) -> str:
        """The queue that our workers poll."""
        return self._task_queue

    async def failing_runs(self) -> list[ListedRun]:
        """Open runs whose own code fails again and again."""
        runs, _ = await self._listed(_FAILING, MOST_LISTED)
        return runs

    async def untouched_runs(self) -> list[ListedRun]:
        """Open runs that no worker has taken up so far."""
        runs, _ = await self._listed(_UNTOUCHED, MOST_LISTED)
        return runs

    async def pinned_runs(self) -> list[ListedRun]:
        """Open runs that only workers of one version may work on."""
        runs, _ = await self._listed(_PINNED, MOST_LISTED)
        return runs

    async def open_runs(self, after: bytes, most: int) -> tuple[list[ListedRun], bytes]:
        """The next open runs, and where to go on from; an empty answer there means that all were seen."""
        return await self._listed(f"ExecutionStatus='Running' AND {_OURS}", most, after)

    async def run(self, workflow_id: str, run_id: str | None = None) -> SeenRun | None:
        """One run, the newest without `run_id`, with its pending steps; None where Temporal has none of it."""
        execution = WorkflowExecution(workflow_id=workflow_id, run_id=run_id or "")
        request = DescribeWorkflowExecutionRequest(namespace=self._client.namespace, execution=execution)
        answer = await asked_if_there(self._client.workflow_service.describe_workflow_execution, request)
        return await seen_run(answer, self._client.data_converter) if answer is not None else None

    async def runs(self, workflow_ids: Iterable[str]) -> dict[str, SeenRun | None]:
        """The newest run of each of these workflows, as many at once as Temporal takes easily."""
        at_once = asyncio.Semaphore(AT_ONCE)

        async def looked_at(workflow_id: str) -> tuple[str, SeenRun | None]:
            async with at_once:
                return workflow_id, await self.run(workflow_id)

        return dict(await asyncio.gather(*(looked_at(one) for one in dict.fromkeys(workflow_ids))))

    async def is_open(self, workflow_id: str) -> bool:
        """Whether a workflow has a run that is not over."""
        run = await self.run(workflow_id)
        return run is not None and run.is_open

    async def why_failing(self, workflow_id: str, run_id: str) -> WhyFailing:
        """Why a run's own code fails, by names alone."""
        async for event in self._events_backwards(workflow_id, run_id):
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                return why_failing(event.workflow_task_failed_event_attributes)
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
                break
        return WhyFailing("timed out", "WorkflowTaskTimedOut")

    async def step_succeeded(self, workflow_id: str, run_id: str, activity_id: str) -> bool:
        """Whether an activity of a run has come to its end as it should, by the run's own history."""
        completed: set[int] = set()
        async for event in self._events_backwards(workflow_id, run_id):
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed.add(event.activity_task_completed_event_attributes.scheduled_event_id)
            scheduled = event.activity_task_scheduled_event_attributes
            if (
                event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
                and scheduled.activity_id == activity_id
            ):
                return event.event_id in completed
        return False

    async def queue(self, name: str | None = None) -> QueueSeen:
        """Who asks for the work of a queue, ours without `name`, and how much of it waits."""
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=name or self._task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            report_stats=True,
        )
        return queue_seen(await asked(self._client.workflow_service.describe_task_queue, request))

    async def _listed(self, query: str, most: int, after: bytes = b"") -> tuple[list[ListedRun], bytes]:
        runs: list[ListedRun] = []
        token = after
        while len(runs) < most:
            request = ListWorkflowExecutionsRequest(
                namespace=self._client.namespace,
                query=query,
                page_size=min(PAGE, most - len(runs)),
                next_page_token=token,
            )
            answer = await asked(self._client.workflow_service.list_workflow_executions, request)
            runs += [listed_run(one) for one in answer.executions]
            token = answer.next_page_token
            if not token:
                break
        return runs, token

    async def _events_backwards(self, workflow_id: str, run_id: str) -> AsyncIterator[HistoryEvent]:
        """The newest events of a run first, as far back as is worth it; none where Temporal has no such run."""
        token, read = b"", 0
        while read < _MOST_EVENTS:
            request = GetWorkflowExecutionHistoryReverseRequest(
                namespace=self._client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
                maximum_page_size=_EVENTS,
                next_page_token=token,
            )
            call = self._client.workflow_service.get_workflow_execution_history_reverse
            answer = await asked_if_there(call, request)
            if answer is None:
                return
            for event in answer.history.events:
                yield event
            read, token = read + len(answer.history.events), answer.next_page_token
            if not token:
                return

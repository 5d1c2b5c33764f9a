"""What an operator does to runs and their steps in Temporal, one at a time, always to a run that is named by its id.

A batch that finds its runs by a query meets others when it is asked again: the runs that a reset has just made. Each
deed can be asked for again: it finds out what it has done already. `deed` names the repair's thing, `repair 7.3`; it is
all that Temporal is told of why. In clear in Temporal, so no reason that somebody typed.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
    PauseActivityRequest,
    ResetWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
    UnpauseActivityRequest,
)
from temporalio.client import Client

from starter.reaching import asked_if_there
from starter.seen import OPEN

_STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
_A_TASK_ENDED = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
}
_ONE, _PAGE = 1, 100
_MOST_EVENTS = 5_000


class Tried(StrEnum):
    """What came of having a step tried."""

    TRIED = "tried"
    IN_HAND = "in_hand"
    """It is being tried at this moment."""
    ON_HOLD = "on_hold"
    GONE = "gone"
    """The run or the step is not there any more."""


class Held(StrEnum):
    """What came of holding or releasing a step."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"


class Ended(StrEnum):
    """How the run stands that was to be ended."""

    DONE = "done"
    """Ended by this deed, now or when it was asked for before."""
    OTHERWISE = "otherwise"
    """It had ended by itself, or somebody else ended it."""
    GONE = "gone"
    """Temporal knows no such run."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The run that goes on after it; None where none is open. `made`: this request has made it."""

    run_id: str | None
    made: bool


class Hands:
    """Acts through a client, which may be lazy. Raises TemporalUnreachableError while Temporal is away."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def try_now(self, workflow_id: str, run_id: str | None, step: str, deed: str) -> Tried:
        """Have a step tried at once, its count of attempts kept: held for a moment, and released.

        `step` is an activity's id, or the name of its type. A hold that this deed left behind when it died is ended.
        """
        found = await self._step(workflow_id, run_id, step)
        if found is None:
            return Tried.GONE
        run, pending = found
        if pending.paused and not _is_by(pending, deed):
            return Tried.ON_HOLD
        if pending.state == _STARTED:
            return Tried.IN_HAND
        if not pending.paused and not await self._pause(run, pending.activity_id, deed):
            return Tried.GONE
        return Tried.TRIED if await self._unpause(run, pending.activity_id) else Tried.GONE

    async def let_go(self, workflow_id: str, step: str, deed: str) -> None:
        """End the hold that `try_now` of this deed left behind, where it broke off between its two halves."""
        found = await self._step(workflow_id, None, step)
        if found is not None and found[1].paused and _is_by(found[1], deed):
            await self._unpause(found[0], found[1].activity_id)

    async def hold(self, workflow_id: str, run_id: str | None, step: str, deed: str) -> Held:
        """A step is not tried until it is released; an attempt that is under way comes to its end."""
        found = await self._step(workflow_id, run_id, step)
        if found is None:
            return Held.GONE
        run, pending = found
        if pending.paused:
            return Held.DONE if _is_by(pending, deed) else Held.ALREADY
        return Held.DONE if await self._pause(run, pending.activity_id, deed) else Held.GONE

    async def release(self, workflow_id: str, run_id: str | None, step: str) -> Held:
        """A step that is on hold is tried again."""
        found = await self._step(workflow_id, run_id, step)
        if found is None:
            return Held.GONE
        run, pending = found
        if not pending.paused:
            return Held.ALREADY
        return Held.DONE if await self._unpause(run, pending.activity_id) else Held.GONE

    async def terminate(self, workflow_id: str, run_id: str, deed: str) -> Ended:
        """End a run. One that has ended already stays as it ended."""
        run = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
        request = TerminateWorkflowExecutionRequest(
            namespace=self._client.namespace, workflow_execution=run, reason=deed, identity=self._client.identity
        )
        answer = await asked_if_there(self._client.workflow_service.terminate_workflow_execution, request)
        return Ended.DONE if answer is not None else await self._how_it_ended(run, deed)

    async def reset(self, workflow_id: str, run_id: str, *, to_first: bool, deed: str) -> Reset:
        """Take a run back to the end of its first, or its last completed, workflow task; what it was told is told anew.

        Only the open run is: Temporal would take a closed one back as well, and end the healthy run that goes on.
        """
        current = await self.current_run(workflow_id)
        if current != run_id:
            return Reset(current, made=False)
        run = WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
        event = await self._first_task(run) if to_first else await self._last_task(run)
        if event is None:
            return Reset(run_id, made=False)
        request = ResetWorkflowExecutionRequest(
            namespace=self._client.namespace,
            workflow_execution=run,
            reason=deed,
            workflow_task_finish_event_id=event,
            request_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{workflow_id}/{run_id}/{deed}")),
            identity=self._client.identity,
        )
        answer = await asked_if_there(self._client.workflow_service.reset_workflow_execution, request)
        return Reset(answer.run_id, made=True) if answer is not None else Reset(None, made=False)

    async def current_run(self, workflow_id: str) -> str | None:
        """The id of a workflow's open run; None where none is open."""
        described = await self._describe(WorkflowExecution(workflow_id=workflow_id))
        if described is None or described.workflow_execution_info.status not in OPEN:
            return None
        return described.workflow_execution_info.execution.run_id

    async def _step(
        self, workflow_id: str, run_id: str | None, step: str
    ) -> tuple[WorkflowExecution, PendingActivityInfo] | None:
        described = await self._describe(WorkflowExecution(workflow_id=workflow_id, run_id=run_id or ""))
        if described is None:
            return None
        run = described.workflow_execution_info.execution
        found = (one for one in described.pending_activities if step in (one.activity_id, one.activity_type.name))
        pending = next(found, None)
        return (run, pending) if pending is not None else None

    async def _describe(self, run: WorkflowExecution) -> DescribeWorkflowExecutionResponse | None:
        request = DescribeWorkflowExecutionRequest(namespace=self._client.namespace, execution=run)
        return await asked_if_there(self._client.workflow_service.describe_workflow_execution, request)

    async def _pause(self, run: WorkflowExecution, activity_id: str, deed: str) -> bool:
        request = PauseActivityRequest(
            namespace=self._client.namespace,
            execution=run,
            identity=self._client.identity,
            id=activity_id,
            reason=deed,
            request_id=str(uuid.uuid4()),
        )
        return await asked_if_there(self._client.workflow_service.pause_activity, request) is not None

    async def _unpause(self, run: WorkflowExecution, activity_id: str) -> bool:
        request = UnpauseActivityRequest(
            namespace=self._client.namespace, execution=run, identity=self._client.identity, id=activity_id
        )
        return await asked_if_there(self._client.workflow_service.unpause_activity, request) is not None

    async def _how_it_ended(self, run: WorkflowExecution, deed: str) -> Ended:
        last = await self._newest_events(run, _ONE)
        if not last:
            return Ended.GONE
        ours = last[0].workflow_execution_terminated_event_attributes.reason == deed
        return Ended.DONE if ours else Ended.OTHERWISE

    async def _first_task(self, run: WorkflowExecution) -> int | None:
        request = GetWorkflowExecutionHistoryRequest(
            namespace=self._client.namespace, execution=run, maximum_page_size=_PAGE
        )
        answer = await asked_if_there(self._client.workflow_service.get_workflow_execution_history, request)
        if answer is None:
            return None
        return next((one.event_id for one in answer.history.events if one.event_type in _A_TASK_ENDED), None)

    async def _last_task(self, run: WorkflowExecution) -> int | None:
        completed = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        events = await self._newest_events(run, _MOST_EVENTS, until=completed)
        return next((one.event_id for one in events if one.event_type == completed), None)

    async def _newest_events(
        self, run: WorkflowExecution, most: int, until: "EventType.ValueType | None" = None
    ) -> list[HistoryEvent]:
        """A run's events, the newest first, until one of a type; nothing where the run is not there."""
        found: list[HistoryEvent] = []
        page = b""
        while len(found) < most:
            request = GetWorkflowExecutionHistoryReverseRequest(
                namespace=self._client.namespace,
                execution=run,
                maximum_page_size=min(most, _PAGE),
                next_page_token=page,
            )
            call = self._client.workflow_service.get_workflow_execution_history_reverse
            answer = await asked_if_there(call, request)
            if answer is None:
                return []
            found += answer.history.events
            page = answer.next_page_token
            if not page or any(one.event_type == until for one in answer.history.events):
                break
        return found


def _is_by(pending: PendingActivityInfo, deed: str) -> bool:
    """Whether it is this deed that holds the step."""
    return pending.HasField("pause_info") and pending.pause_info.manual.reason == deed

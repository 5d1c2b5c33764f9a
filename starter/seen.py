"""What a look at Temporal gives, in plain values: ids, states, instants, names of types; nothing that anybody wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import SearchAttributes
from temporalio.api.enums.v1 import (
    PendingWorkflowTaskState,
    TimeoutType,
    WorkflowExecutionStatus,
    WorkflowTaskFailedCause,
)
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import WorkflowTaskFailedEventAttributes
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflow.v1 import PendingActivityInfo, WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse, DescribeWorkflowExecutionResponse
from temporalio.converter import DataConverter, PayloadConverter
from temporalio.exceptions import ApplicationError

from contracts.errors import Fault
from rules.fingerprints import normalised

_PINNED = "pinned:"
_PAUSED = 8
"""A status that is newer than the SDK's names."""
OPEN = frozenset({WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING, _PAUSED})
_OUR_FAULTS = frozenset(fault.value for fault in Fault)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OTHER_CODE = "NondeterminismError"
"""The code is another one than began the run (TMPRL1100)."""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run as the list of workflows has it."""

    workflow_id: str
    run_id: str
    type: str
    queue: str
    started_at: datetime
    problems: tuple[str, ...]
    """What `TemporalReportedProblems` says."""
    version: str | None
    """The version of the workers that it is pinned to."""


@dataclass(frozen=True, slots=True)
class Step:
    """An activity that is not over."""

    activity_id: str
    type: str
    attempt: int
    """1 while it is tried for the first time."""
    error_type: str | None
    """Of the newest failure; None while there was none."""
    message: str
    """Of our own typed errors alone."""
    next_try_at: datetime | None
    on_hold: bool


@dataclass(frozen=True, slots=True)
class SeenRun(ListedRun):
    """A run, looked at by itself."""

    is_open: bool
    is_paused: bool
    completed: bool
    """It has come to the end that its own code gives it."""
    taken_up: bool
    """A worker has finished a workflow task of it."""
    task_attempt: int
    """Of the workflow task that is due; 0 where none is."""
    task_waits_since: datetime | None
    """Since when a workflow task waits for a worker; None where none waits."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class QueueSeen:
    """A task queue: who asks for its work, and what waits in it."""

    pollers: int
    last_poll: datetime | None
    """By Temporal's clock (UTC). One who stopped is named for some minutes more."""
    backlog: int
    oldest_seconds: float
    identities: tuple[str, ...] = field(default=())
    versions: Mapping[str, datetime] = field(default_factory=dict)
    """When a worker of each version last asked."""


@dataclass(frozen=True, slots=True)
class WhyFailing:
    """Why the code of a run fails."""

    cause: str
    error_type: str


def listed_run(info: WorkflowExecutionInfo) -> ListedRun:
    return ListedRun(
        workflow_id=info.execution.workflow_id,
        run_id=info.execution.run_id,
        type=info.type.name,
        queue=info.task_queue,
        started_at=info.start_time.ToDatetime(UTC),
        problems=_keywords(info.search_attributes, "TemporalReportedProblems"),
        version=_pinned(info),
    )


async def seen_run(answer: DescribeWorkflowExecutionResponse, converter: DataConverter) -> SeenRun:
    info, task = answer.workflow_execution_info, answer.pending_workflow_task
    listed = listed_run(info)
    has_task = answer.HasField("pending_workflow_task")
    waits = has_task and task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED
    return SeenRun(
        workflow_id=listed.workflow_id,
        run_id=listed.run_id,
        type=listed.type,
        queue=listed.queue or answer.execution_config.task_queue.name,
        started_at=listed.started_at,
        problems=listed.problems,
        version=listed.version,
        is_open=info.status in OPEN,
        is_paused=info.status == _PAUSED,
        completed=info.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED,
        taken_up=_was_taken_up(info),
        task_attempt=task.attempt if has_task else 0,
        task_waits_since=_instant(task.original_scheduled_time) if waits else None,
        steps=tuple([await _step(one, converter) for one in answer.pending_activities]),
    )


def _was_taken_up(info: WorkflowExecutionInfo) -> bool:
    """What a run is pinned to stands among its build ids from its start."""
    builds = _keywords(info.search_attributes, "BuildIds")
    return any(not one.startswith(_PINNED) for one in builds) or bool(info.versioning_info.deployment_version.build_id)


async def _step(pending: PendingActivityInfo, converter: DataConverter) -> Step:
    failed = pending.HasField("last_failure")
    error_type, message = await _said_of(pending.last_failure, converter) if failed else (None, "")
    return Step(
        activity_id=pending.activity_id,
        type=pending.activity_type.name,
        attempt=pending.attempt,
        error_type=error_type,
        message=message,
        next_try_at=_instant(pending.next_attempt_schedule_time) or _instant(pending.scheduled_time),
        on_hold=pending.paused,
    )


async def _said_of(failure: Failure, converter: DataConverter) -> tuple[str, str]:
    """The type of a failure and, of our own typed ones alone, what they say without particulars."""
    kind = failure.WhichOneof("failure_info")
    if kind == "timeout_failure_info":
        name = TimeoutType.Name(failure.timeout_failure_info.timeout_type).removeprefix("TIMEOUT_TYPE_")
        return f"{name.title().replace('_', '')}Timeout", ""
    if kind != "application_failure_info":
        return kind.removesuffix("_info").title().replace("_", "") if kind else "UnknownFailure", ""
    error_type = failure.application_failure_info.type
    if error_type not in _OUR_FAULTS:
        return error_type or "UnknownFailure", ""
    copy = Failure()
    copy.CopyFrom(failure)
    try:
        error = await converter.decode_failure(copy)
    except Exception:  # of another key: the type is enough
        return error_type, ""
    return error_type, normalised(error.message) if isinstance(error, ApplicationError) else ""


def why_failing(failed: WorkflowTaskFailedEventAttributes) -> WhyFailing:
    """The server's word for it, and the type of the first cause, which is a name in our code or a library's."""
    cause = WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower()
    if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR:
        return WhyFailing(cause, OTHER_CODE)
    first = failed.failure
    while first.HasField("cause"):
        first = first.cause
    return WhyFailing(cause, first.application_failure_info.type or "UnknownFailure")


def queue_seen(answer: DescribeTaskQueueResponse) -> QueueSeen:
    polls = [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]
    return QueueSeen(
        pollers=len(polls),
        last_poll=max(polls, default=None),
        backlog=answer.stats.approximate_backlog_count,
        oldest_seconds=answer.stats.approximate_backlog_age.ToTimedelta().total_seconds(),
        identities=tuple(sorted({poller.identity for poller in answer.pollers})),
        versions=_versions(answer.pollers),
    )


def _versions(pollers: Iterable[PollerInfo]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for poller in pollers:
        options = poller.deployment_options
        name = f"{options.deployment_name}:{options.build_id}"
        found[name] = max(poller.last_access_time.ToDatetime(UTC), found.get(name, _LONG_AGO))
    return found


def _pinned(info: WorkflowExecutionInfo) -> str | None:
    override = info.versioning_info.versioning_override.pinned.version
    version = override if override.build_id else info.versioning_info.deployment_version
    if version.build_id:
        return f"{version.deployment_name}:{version.build_id}"
    # The list of workflows says it in an attribute only.
    builds = _keywords(info.search_attributes, "BuildIds")
    return next((one.removeprefix(_PINNED) for one in builds if one.startswith(_PINNED)), None)


def _keywords(attributes: SearchAttributes, name: str) -> tuple[str, ...]:
    """System attributes are never encrypted."""
    if name not in attributes.indexed_fields:
        return ()
    found = PayloadConverter.default.from_payload(attributes.indexed_fields[name])
    return tuple(map(str, found)) if isinstance(found, list) else (str(found),)


def _instant(stamp: Timestamp) -> datetime | None:
    return stamp.ToDatetime(UTC) if stamp.seconds else None

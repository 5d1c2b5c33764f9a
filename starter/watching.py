"""Does Temporal answer, and does a worker ask it for work?"""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from starter.connect import TemporalUnreachableError

POLLS_WITHIN = timedelta(seconds=75)
"""A worker that waits for work asks anew at least once a minute; Temporal goes on naming one that stopped for five."""
_PATIENCE = timedelta(seconds=10)
_PAUSE = 1.0


class Watch:
    """Looks at Temporal through a client, which may be lazy."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def last_poll(self) -> datetime | None:
        """When a worker last asked for work, by Temporal's clock (UTC); None when none has lately.

        Raises TemporalUnreachableError, also when Temporal has no such namespace.
        """
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=self._task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            answer = await self._client.workflow_service.describe_task_queue(request, timeout=_PATIENCE)
        except (RPCError, RuntimeError, OSError) as error:
            raise TemporalUnreachableError("Temporal did not answer.") from error
        return max((poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers), default=None)

    async def until_reached(self) -> None:
        """Wait until Temporal answers once. A lazy client is connected then, and connects itself again after that."""
        while True:
            try:
                await self.last_poll()
                return
            except TemporalUnreachableError:
                await asyncio.sleep(_PAUSE)

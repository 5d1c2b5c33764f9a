"""Whether a worker asks Temporal for work: the health check of the worker container, `python -m deploy.worker_health`.

Exit code 0 when somebody polls the task queue, 1 with a sentence when nobody does or Temporal does not answer. With
several workers it says that one of them works, not which.
"""

import asyncio
import sys

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

import settings
from starter.connect import PATIENCE, TemporalUnreachableError, connect, identity_of
from starter.encryption import KeyRing


async def is_polled(client: Client, task_queue: str) -> bool:
    """Whether a worker has asked for workflow tasks of this queue lately."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=PATIENCE)
    return bool(answer.pollers)


async def main() -> str:
    """What is wrong, in a sentence; nothing when all is well."""
    given = settings.load()
    ring = KeyRing(given.encryption_keys)
    try:
        client = await connect(given.temporal_address, given.temporal_namespace, ring, identity=identity_of("health"))
        polled = await is_polled(client, given.task_queue)
    except (TemporalUnreachableError, RPCError) as error:
        return f"Temporal cannot be asked: {type(error).__name__}."
    return "" if polled else f"No worker asks for the tasks of the queue {given.task_queue}."


if __name__ == "__main__":
    sys.exit(asyncio.run(main()) or 0)

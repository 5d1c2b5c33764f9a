"""What an operator does to runs and their steps in Temporal, one at a time, always to a run that is named by its id."""

from temporalio.client import Client


class Hands:
    """Acts through a client, which may be lazy. Raises TemporalUnreachableError while Temporal is away."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

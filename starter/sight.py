"""What Temporal knows about runs that do not go on. It only looks (docs/adr/0011-the-watch.md)."""

from temporalio.client import Client


class Sight:
    """Looks through a client, which may be lazy. Raises TemporalUnreachableError while Temporal is away."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

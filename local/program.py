"""A program of the service itself as a child: the mailbox, the worker, the web pages."""

import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from local.child import Child, Order

_START_PATIENCE = 30.0
_STOP_PATIENCE = 15.0


async def _at_once() -> bool:
    return True


class Program:
    """One command. It counts as started when `ready` says so; without `ready`, at once."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        ready: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.name, self.log, self._ready = name, log, ready or _at_once
        self._order = Order(command, log, environment, folder)
        self._child: Child | None = None

    async def start(self) -> None:
        """Start the command. Raises `StartFailedError` if it ends, or is not ready in time."""
        self._child = await Child.start(self._order)
        await self._child.until(self._ready, f"The {self.name}", _START_PATIENCE)

    async def stop(self) -> None:
        """Ask the command to finish what it does and stop. Harmless when it is not running."""
        if self._child:
            await self._child.stop(signal.SIGTERM, _STOP_PATIENCE)

    async def died(self) -> int:
        """Wait until the command ends. Its exit status, negative for a signal."""
        if self._child is None:
            raise RuntimeError(f"the {self.name} has not been started")
        return await self._child.ended()

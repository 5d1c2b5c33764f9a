"""Temporal's dev server as a child: its state in one file, on loopback, with settings that were measured."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from local import binaries, ports
from local.child import Child, Order

_PRAGMAS = {"journal_mode": "wal", "synchronous": "1"}
"""Write-ahead log and `NORMAL`: 1.3 of the throughput of memory where the default file has 0.34. A power cut may lose
the last moments of Temporal's state, which PostgreSQL can rebuild."""
_DYNAMIC = {
    # Timers are otherwise up to a second late.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    # A second failure in a row of a workflow's own code shows in the search attribute TemporalReportedProblems.
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
}
_START_PATIENCE = 60.0
_STOP_PATIENCE = 15.0


class TemporalServer:
    """One dev server with its state in the file `database`. Without `ui_port` it has no pages."""

    name = "Temporal"

    def __init__(self, database: Path, *, port: int, ui_port: int | None = None, log: Path | None = None) -> None:
        self._database, self._port, self._ui_port = database.absolute(), port, ui_port
        self.log = log or self._database.with_suffix(".log")
        self._child: Child | None = None
        self._http_port = 0

    @property
    def address(self) -> str:
        """`host:port` of the frontend."""
        return f"{ports.LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    async def start(self) -> None:
        """Start the server and wait until its namespace `default` answers.

        Raises `PortTakenError` if somebody else listens on its ports, `StartFailedError` if it does not start.
        """
        uses = {"Temporal": self._port} | ({"Temporal's pages": self._ui_port} if self._ui_port else {})
        await ports.refuse_taken(uses)
        self._database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._http_port = ports.free_port()
        self._child = await Child.start(Order(self._command(), self.log, _environment(), self._database.parent))
        await self._child.until(self._answers, self.name, _START_PATIENCE)

    async def stop(self) -> None:
        """Stop the server in good order. Harmless when it is not running."""
        if self._child:
            await self._child.stop(signal.SIGTERM, _STOP_PATIENCE)

    async def died(self) -> int:
        """Wait until the server ends. Its exit status, negative for a signal."""
        return await self._running().ended()

    def _running(self) -> Child:
        if self._child is None:
            raise RuntimeError("Temporal has not been started")
        return self._child

    def _command(self) -> list[str]:
        command = [str(binaries.temporal()), "server", "start-dev", "--log-level", "warn"]
        command += ["--disable-config-file", "--disable-config-env"]
        command += ["--ip", ports.LOOPBACK, "--port", str(self._port), "--http-port", str(self._http_port)]
        command += ["--db-filename", str(self._database)]
        command += ["--ui-port", str(self._ui_port), "--ui-disable-news-fetch"] if self._ui_port else ["--headless"]
        command += _options("--sqlite-pragma", _PRAGMAS) + _options("--dynamic-config-value", _DYNAMIC)
        return command

    async def _answers(self) -> bool:
        return await ports.answers(self._http_port, "/api/v1/namespaces/default")


def _options(flag: str, values: Mapping[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in (flag, f"{name}={value}")]


def _environment() -> dict[str, str]:
    """Without a Temporal profile or address that happens to be in the developer's environment."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}

"""Temporal's dev server keeps its state through a kill, fires timers at once and never takes a stranger for itself."""

import os
import signal
import socket
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from local import ports
from local.errors import PortTakenError, StartFailedError
from local.temporal_server import TemporalServer


async def test_open_workflows_survive_a_kill_at_the_same_address(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path / "temporal.db", port=ports.free_port())
    await server.start()
    client = await Client.connect(server.address)
    await client.start_workflow("PepCycle", id="kept", task_queue="nobody")
    os.kill(server.pid, signal.SIGKILL)
    assert await server.died() == -signal.SIGKILL
    await server.start()
    again = await Client.connect(server.address)
    assert (await again.get_workflow_handle("kept").describe()).id == "kept"
    with pytest.raises(RPCError):
        await again.get_workflow_handle("never").describe()
    assert (tmp_path / "temporal.db-wal").exists(), "the write-ahead log is on"
    await server.stop()
    assert ports.is_free(int(server.address.rpartition(":")[2]))


async def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as stranger:
        server = TemporalServer(tmp_path / "temporal.db", port=stranger.getsockname()[1])
        with pytest.raises(PortTakenError, match=r"is in use by another program\."):
            await server.start()
    await server.stop()


async def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("This is not a database, and long enough for that to be seen at once." * 20)
    server = TemporalServer(tmp_path / "temporal.db", port=ports.free_port())
    with pytest.raises(StartFailedError, match=r"Temporal did not start\. Its last words: .*The log is "):
        await server.start()
    await server.stop()

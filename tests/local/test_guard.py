"""A program that the Temporal SDK starts for us ends with the process that the SDK runs in."""

import asyncio
import os
import sys
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from local import binaries
from local.guard import guarded
from tests.local.processes import ROOT, descendants, eventually, lives

START_AND_WAIT = """
import asyncio, sys
from temporalio.testing import WorkflowEnvironment

async def main():
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=sys.argv[1]):
        print("runs", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_test_server_does_not_outlive_a_killed_python(tmp_path: Path) -> None:
    script = guarded(binaries.temporal_test_server(), tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START_AND_WAIT, str(script)), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    assert await process.stdout.readline() == b"runs\n"
    started = descendants(process.pid)
    assert len(started) == 2, "the guard and the server"
    process.kill()
    await process.wait()
    await eventually(lambda: not any(lives(pid) for pid in started))


async def test_the_sdk_stops_it_as_ever(tmp_path: Path) -> None:
    script = guarded(binaries.temporal_test_server(), tmp_path)
    before = descendants(os.getpid())
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(script)) as environment:
        assert (await environment.get_current_time()).year > 2000
        started = descendants(os.getpid()) - before
        assert len(started) == 2, "the guard and the server"
    await eventually(lambda: not any(lives(pid) for pid in started))

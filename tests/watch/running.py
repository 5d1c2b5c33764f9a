"""A process of the service, the watch by default, as it is started for people."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from local.ports import free_port
from settings import new_key_ring
from store.database import Database

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Process:
    """A running process, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self.said = process, ""

    async def until(self, words: str) -> None:
        """Read what it says until it has said these words."""
        assert self._process.stdout
        async with asyncio.timeout(PATIENCE):
            while words not in self.said:
                line = await self._process.stdout.readline()
                assert line, f"it ended without saying {words!r}: {self.said}"
                self.said += line.decode()

    async def ended(self, by: signal.Signals) -> int:
        """Its exit status, once it has ended by a signal."""
        self._process.send_signal(by)
        async with asyncio.timeout(PATIENCE):
            said, _ = await self._process.communicate()
        self.said += said.decode()
        return self._process.returncode or 0

    @property
    def runs(self) -> bool:
        return self._process.returncode is None


def environment_of(database_url: str, **more: str) -> dict[str, str]:
    """Temporal and the mail server are away, unless they are named."""
    return {
        "PEP_DATABASE_URL": database_url,
        "PEP_TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
        "PEP_ENCRYPTION_KEYS": new_key_ring("test"),
        "PEP_SMTP_HOST": "127.0.0.1",
        "PEP_SMTP_PORT": str(free_port()),
        "PEP_SMTP_USE_TLS": "false",
        "PEP_MAIL_FROM": "pep@council.example",
        "PEP_SITE_URL": "http://pep.example",
        **more,
    }


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@asynccontextmanager
async def running(environment: Mapping[str, str], part: str = "watch") -> AsyncIterator[Process]:
    """A process with this environment and nothing of the machine's; killed afterwards if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", part),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Process(process)
    try:
        yield running
    finally:
        if running.runs:
            await running.ended(signal.SIGKILL)

"""Processes as the tests see them: who lives, who descends from whom, who listens, and a service to talk to."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from local.ports import is_free

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")
PATIENCE = 60
"""Seconds, only so that a test that hangs fails: nothing here measures speed."""


def lives(pid: int) -> bool:
    """Whether a process runs. One that has ended and whose parent has not looked yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> set[int]:
    """All processes that a process started, and that those started."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found |= new
    return found


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def listened_addresses(pids: set[int]) -> set[str]:
    """The IP addresses, in the kernel's hexadecimal, on which these processes listen."""
    sockets = {name for pid in pids for name in _open_files(pid)}
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def _open_files(pid: int) -> Iterator[str]:
    with suppress(FileNotFoundError, ProcessLookupError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                yield os.readlink(link)


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails when it does not within the tests' patience."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.01)


def five_free_ports() -> int:
    """The first of five ports in a row on which nothing listens, below those that the kernel hands out by itself."""
    while True:
        first = random.randrange(10_000, 30_000)  # noqa: S311 - not a secret
        if all(is_free(port) for port in range(first, first + 5)):
            return first


class Service:
    """A running `up` of the stand-in product, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.said = process, ""

    async def until(self, words: str) -> None:
        """Read what it says until it has said these words."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while words not in self.said:
                line = await self.process.stdout.readline()
                assert line, f"ended without saying {words!r}: {self.said}"
                self.said += line.decode()

    async def rest(self) -> int:
        """Read to its end. Its exit status."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            self.said += (await self.process.stdout.read()).decode()
            return await self.process.wait()

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.rest()


@asynccontextmanager
async def up(
    data: Path, port: int, *flags: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Service]:
    """Start the stand-in product; if it still runs afterwards it is stopped."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(STAND_IN), "up", str(data), str(port), *flags),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
    )
    service = Service(process)
    try:
        yield service
    finally:
        if process.returncode is None:
            await service.stop()

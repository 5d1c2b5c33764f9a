"""One process that the service started: on a leash, in a session of its own, with its words in a log file."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from local.errors import StartFailedError

LEASH = Path(__file__).with_name("leash.py")
LOG_LIMIT = 10_000_000
"""Bytes. A log that is longer when its program starts is put aside once, as NAME.log.old."""
_GLANCE = 0.02
"""Seconds between two looks at whether a program is ready."""


@dataclass(frozen=True)
class User:
    """Whom a process runs as."""

    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"


@dataclass(frozen=True)
class Order:
    """What to run. `folder` is entered before root is given up, so it may be one that `user` cannot reach by name."""

    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    user: User | None = None
    dies_by: signal.Signals = signal.SIGKILL
    """What the process gets when the supervisor is gone without a word."""


class Child:
    """A running process, or one that has ended."""

    def __init__(self, order: Order, process: asyncio.subprocess.Process, log_start: int) -> None:
        self._order, self._process, self._log_start = order, process, log_start

    @classmethod
    async def start(cls, order: Order) -> Self:
        """Start the process, from the main thread: the death signal comes when the *thread* that started it ends."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children are started from the main thread")
        leash = [
            sys.executable,
            "-I",
            "-S",
            str(LEASH),
            str(os.getpid()),
            str(int(order.dies_by)),
            str(order.user or "-"),
        ]
        with open_log(order.log) as log:
            log_start = log.tell()
            # A session of its own, so that Ctrl-C reaches the supervisor alone and everything stops in order.
            process = await asyncio.create_subprocess_exec(
                *leash,
                *order.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=order.folder,
                env=dict(order.environment),
                start_new_session=True,
            )
            return cls(order, process, log_start)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def ended(self) -> int:
        """The exit status, once it has ended; negative for the signal that ended it."""
        return await self._process.wait()

    async def stop(self, by: signal.Signals, patience: float) -> None:
        """Ask it to stop, and after `patience` seconds stop it. Harmless when it has ended already."""
        self._signal(by)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            return

    async def until(self, ready: Callable[[], Awaitable[bool]], name: str, patience: float) -> None:
        """Wait until `ready` says so.

        Raises `StartFailedError` when the process ends before, or is not ready after `patience` seconds.
        """
        try:
            async with asyncio.timeout(patience):
                while not await ready():
                    if not self.running:
                        raise StartFailedError(self.says(f"{name} did not start."))
                    await asyncio.sleep(_GLANCE)
        except TimeoutError:
            raise StartFailedError(self.says(f"{name} was not ready after {patience:g} seconds.")) from None

    def words(self) -> str:
        """What this process has said, and none before it."""
        with self._order.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode("utf-8", "replace")

    def says(self, sentence: str) -> str:
        last = " / ".join(self.words().strip().splitlines()[-3:])
        return f"{sentence} Its last words: {last or '(none)'}. The log is {self._order.log}."


def open_log(path: Path) -> BinaryIO:
    """The log, to write at its end; only this user reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_name(path.name + ".old"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")

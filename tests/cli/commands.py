"""Commands as a person types them: in this process, one after the other, or in a process of their own."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from settings import ROOT

CLI = ROOT / "cli.py"
DATA = ROOT / "tests" / "data"


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that runs; killed afterwards if it still does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CLI), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def pep(*arguments: str) -> Ended:
    """Run a command to its end in this process."""
    return await asyncio.to_thread(_run, arguments)


async def pep_alone(*arguments: str) -> Ended:
    """Run a command to its end in a process of its own."""
    async with started(*arguments) as process:
        out, err = await process.communicate()
        assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def _run(arguments: Sequence[str]) -> Ended:
    out, err, root = io.StringIO(), io.StringIO(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def written(folder: Path, name: str, content: bytes) -> str:
    """A file with this content; gives its path."""
    (folder / name).write_bytes(content)
    return str(folder / name)

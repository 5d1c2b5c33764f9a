"""PostgreSQL as a child: made on first use, reached through a socket of its user alone, gone with its parent."""

import asyncio
import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from local import binaries, place
from local.child import Child, Order, User
from local.errors import FolderRefusedError, LocalError, StartFailedError

_SUPERUSER = "pep"
_PORT = 5432
"""Names the socket; no TCP port is opened."""
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error's details and statement can hold what somebody typed, and logs hold no such thing.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_START_PATIENCE = 60.0
_STOP_PATIENCE = 20.0
_ORPHAN_PATIENCE = 10.0
_STILL_THERE = ("lock file", "pre-existing shared memory block")
"""What a server says when the processes of a killed one are not quite gone."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class EmbeddedPostgres:
    """One PostgreSQL cluster under `data`, run by this process. `fast`, for tests, may lose data with power."""

    name = "PostgreSQL"

    def __init__(self, data: Path, *, fast: bool = False, log: Path | None = None) -> None:
        self._data = data.absolute()
        self._cluster = self._data / "cluster"
        self._record = self._data / "place"
        self.log = log or self._data / "server.log"
        self._fast = fast
        self._lock: BinaryIO | None = None
        self._place: place.Place | None = None
        self._child: Child | None = None

    async def start(self) -> None:
        """Start the server and wait until it takes connections; after it died, start it anew at the same address.

        Raises `LocalError`: its files are in use or somebody else's, its programs are missing, or it does not start.
        """
        if self._child:
            return await self._start()
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        self._take_lock()
        user = place.user_for(self._cluster)
        if self._place is None:
            self._place = place.make(binaries.postgres(), user, self._record)
        if not self._cluster.exists():
            await self._initialise(self._place, user)
        await self._wait_for_orphan()
        await self._launch(self._place, user)

    async def stop(self) -> None:
        """Stop the server in good order and leave nothing behind but its data. Harmless when it is not running."""
        if self._child:
            await self._child.stop(signal.SIGINT, _STOP_PATIENCE)
            self._child = None
        if self._lock:
            place.remove(self._record)
            self._place = None
            self._lock.close()
            self._lock = None

    async def died(self) -> int:
        """Wait until the server ends. Its exit status, negative for a signal."""
        return await self._running().ended()

    @property
    def pid(self) -> int:
        return self._running().pid

    def url(self, database: str = "pep") -> str:
        """The address of a database for SQLAlchemy with asyncpg. The same for as long as this object is not stopped."""
        if self._place is None:
            raise RuntimeError("PostgreSQL has not been started")
        return f"postgresql+asyncpg://{_SUPERUSER}@/{database}?host={quote(str(self._place.sockets))}&port={_PORT}"

    async def has_database(self, name: str) -> bool:
        """Whether the database exists."""
        return bool(await self._ask("SELECT count(*) FROM pg_database WHERE datname = $1", name))

    async def create_database(self, name: str, *, template: str | None = None) -> str:
        """Make a database, a copy of `template` if named (nobody may be connected to it), and return its address."""
        copy_of = f" TEMPLATE {_checked(template)}" if template else ""
        await self._ask(f"CREATE DATABASE {_checked(name)}{copy_of}")
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected; harmless if there is none."""
        await self._ask(f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")

    async def _ask(self, statement: str, *values: str) -> object:
        import asyncpg  # late: the supervisor starts its children before it takes time to import

        place_ = self._place
        if place_ is None:
            raise RuntimeError("PostgreSQL has not been started")
        connection = await asyncpg.connect(host=str(place_.sockets), port=_PORT, user=_SUPERUSER, database="postgres")
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    def _running(self) -> Child:
        if self._child is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._child

    def _take_lock(self) -> None:
        """Held until `stop`, so whatever server runs on these files at a start has lost its supervisor."""
        if self._lock:
            return
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._data / "lock").open("ab")
        except PermissionError:
            raise FolderRefusedError(
                f"This user may not write to {self._data}. Start as its owner, or choose another with --data."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise FolderRefusedError(
                f"Another process runs PostgreSQL in {self._data}. Stop it, or choose another folder with --data."
            ) from None
        self._lock = lock

    async def _initialise(self, where: place.Place, user: User | None) -> None:
        """Make the cluster under another name first, so that a start that is killed leaves none half made."""
        unfinished = self._data / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        place.hand_over(unfinished, user)
        command = [str(where.programs / "initdb"), "-D", place.name_of_working_folder(unfinished, user)]
        command += ["-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
        child = await Child.start(self._order(command, unfinished, user, dies_by=signal.SIGKILL))
        try:
            if await child.ended() != 0:
                raise StartFailedError(child.says("PostgreSQL could not make its files."))
        finally:
            await child.stop(signal.SIGTERM, _STOP_PATIENCE)
        if not self._fast:
            await asyncio.to_thread(_write_out, unfinished)
        unfinished.rename(self._cluster)

    async def _wait_for_orphan(self) -> None:
        """A server whose supervisor was killed is on its way out; on macOS, where nothing told it to go, tell it."""
        for _ in range(int(_ORPHAN_PATIENCE / 0.1)):
            orphan = postmaster_of(self._cluster)
            if orphan is None:
                return
            if sys.platform != "linux":
                os.kill(orphan, signal.SIGINT)
            await asyncio.sleep(0.1)
        raise FolderRefusedError(
            f"A PostgreSQL server that this service did not start uses {self._cluster}. Stop it and start again."
        )

    async def _launch(self, where: place.Place, user: User | None) -> None:
        settings = _SETTINGS | (_FAST_SETTINGS if self._fast else {})
        command = [str(where.programs / "postgres"), "-D", place.name_of_working_folder(self._cluster, user)]
        command += ["-k", str(where.sockets), "-p", str(_PORT)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # At once, not SIGINT: what is committed is safe either way, and nothing can delay it.
        order = self._order(command, self._cluster, user, dies_by=signal.SIGQUIT)
        deadline = asyncio.get_running_loop().time() + _ORPHAN_PATIENCE
        while True:
            self._child = await Child.start(order)
            try:
                return await self._child.until(self._takes_connections, self.name, _START_PATIENCE)
            except StartFailedError:
                words = self._child.words()
                await self._child.stop(signal.SIGINT, _STOP_PATIENCE)
                too_late = asyncio.get_running_loop().time() > deadline
                if too_late or not any(reason in words for reason in _STILL_THERE):
                    raise
            await asyncio.sleep(0.1)

    def _order(self, command: list[str], folder: Path, user: User | None, *, dies_by: signal.Signals) -> Order:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        stale = _first_line(self._cluster / "postmaster.pid")
        if stale:
            # By now no server runs here. The pid in the file may still be alive, as a zombie or as a stranger that got
            # the number; PostgreSQL believes neither if we call it a grandparent (https://github.com/patroni/patroni/pull/681).
            environment["PG_GRANDPARENT_PID"] = stale
        return Order(command, self.log, environment, folder, user, dies_by)

    async def _takes_connections(self) -> bool:
        lines = _lines(self._cluster / "postmaster.pid")
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"


def postmaster_of(cluster: Path) -> int | None:
    """The process that serves these files, whoever started it; None if that in `postmaster.pid` is another one."""
    first = _first_line(cluster / "postmaster.pid")
    if not first.isdecimal():
        return None
    pid = int(first)
    if sys.platform != "linux":
        command = subprocess.run(["ps", "-p", first, "-o", "command="], capture_output=True, text=True, check=False)
        return pid if str(cluster) in command.stdout else None
    try:
        # A server has entered its folder; a zombie, a stranger and another user's process show no such thing.
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster) else None
    except OSError:
        return None


def _write_out(folder: Path) -> None:
    """Have the folder's whole disk written at once: file by file, as initdb does it, takes seconds on a busy disk."""
    if sys.platform != "linux":
        return os.sync()
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        ctypes.CDLL(None).syncfs(descriptor)
    finally:
        os.close(descriptor)


def _first_line(path: Path) -> str:
    return next(iter(_lines(path)), "")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise LocalError(f"{name!r} is not a name for a database: small letters, digits and underscores.")
    return name

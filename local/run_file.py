"""Who runs in a data folder: the lock that lets one service in, and `run.json`, by which other commands find it."""

import dataclasses
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.errors import FolderRefusedError, LocalError


@dataclass(frozen=True)
class Run:
    """Where the parts of a running service are. `database_url` may hold a password: the file is this user's alone."""

    pid: int
    database_url: str
    temporal_address: str
    web_url: str
    smtp_host: str
    smtp_port: int
    mailbox_url: str | None
    """None when letters go to a mail server that PEP_SMTP_HOST names."""
    temporal_ui_url: str | None
    """None when Temporal is one that TEMPORAL_ADDRESS names."""


@contextmanager
def only_service(data: Path) -> Iterator[bool]:
    """Hold the data folder, which is made if need be; tells whether the last service in it was killed.

    The kernel lets go of the lock when the process ends, however it ends, so a lock is never stale; our pid in it is,
    after a kill. Raises `FolderRefusedError` when another service holds the folder.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except (PermissionError, NotADirectoryError, FileExistsError):
        raise FolderRefusedError(
            f"This user may not use {data} as a data folder. Start as its owner, or choose another with --data."
        ) from None
    try:
        _hold(lock, data)
        was_killed = bool(os.pread(lock, 1, 0))
        _file(data).unlink(missing_ok=True)
        _note(lock, str(os.getpid()))
        try:
            yield was_killed
        finally:
            _file(data).unlink(missing_ok=True)
            _note(lock, "")
    finally:
        os.close(lock)


def running(data: Path) -> Run | None:
    """The service that runs in the data folder, or None: none runs, or it is not ready yet.

    Raises `LocalError` when this user may not look.
    """
    try:
        lock = os.open(data / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise LocalError(f"The service in {data} belongs to another user. Ask as that user.") from None
    try:
        return None if _try(lock, fcntl.LOCK_SH) else _read(data)
    finally:
        os.close(lock)


def write(data: Path, run: Run) -> None:
    write_private(_file(data), json.dumps(dataclasses.asdict(run), indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read. It is there whole or not at all, also after a power cut."""
    unfinished = path.with_name(path.name + ".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _file(data: Path) -> Path:
    return data / "run.json"


def _read(data: Path) -> Run | None:
    try:
        return Run(**json.loads(_file(data).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _hold(lock: int, data: Path) -> None:
    for _ in range(5):
        if _try(lock, fcntl.LOCK_EX):
            return
        time.sleep(0.05)  # a command that only looks (`running`) is gone by then
    who = os.pread(lock, 20, 0).decode() or "unknown"
    raise FolderRefusedError(
        f"The service already runs in {data} (process {who}). Stop it, or choose another folder with --data."
    )


def _try(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note(lock: int, text: str) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)

"""Where PostgreSQL runs: as whom, with its socket where, from which copy of its programs.

PostgreSQL refuses to run as root. Started by root it therefore runs as the owner of its files, `nobody` at first, who
may not enter a folder such as /root/x. What it needs is made reachable without loosening anybody's folders:

- The data stays where the user wants it. Its folder is entered by root, before root is given up, and PostgreSQL is told
  to use `/proc/self/cwd`: the kernel resolves that to the folder itself and asks nothing of the folders above.
- The programs cannot use that door (they look up their real path to find their libraries), so they are copied, some
  30 MB in 0.1 s, into a fresh folder beside the socket, only when they stand where the other user cannot reach them.

A folder under /tmp holds the socket, because the path of a socket has at most 107 bytes. `mkdtemp` makes it, so nobody
can have put anything there before; the next start removes what a killed service left.
"""

import os
import pwd
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.child import User
from local.errors import FolderRefusedError, LocalError

_PREFIX = "pep-"
_LONGEST_BASE = 60
"""Bytes of a path that leave room for `/pep-xxxxxxxx/socket/.s.PGSQL.5432` within a socket's 107 (103 on macOS)."""
_PROGRAMS = {"postgres", "initdb"}


@dataclass(frozen=True)
class Place:
    """A folder of our own for one run, the socket's folder in it, and PostgreSQL's programs, there or elsewhere."""

    folder: Path
    sockets: Path
    programs: Path


def user_for(cluster: Path) -> User | None:
    """Whom PostgreSQL runs as: the owner of its files, `nobody` if root makes them now, None for oneself."""
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise FolderRefusedError(
                f"The files in {cluster} belong to another user. "
                "Start as that user, or choose another folder with --data."
            )
        return None
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise LocalError(
            "PostgreSQL does not run as root, and there is no other user to run it: neither nobody nor the owner of "
            f"{cluster} is known here. Start as an ordinary user."
        ) from None
    return User(entry.pw_uid, entry.pw_gid)


def hand_over(folder: Path, user: User | None) -> None:
    """Make the folder the user's, if the user is somebody else."""
    if user is None:
        return
    try:
        os.chown(folder, user.uid, user.gid)
    except OSError:
        raise FolderRefusedError(
            f"{folder} cannot be given to the user that PostgreSQL runs as. Start as an ordinary user, or choose a "
            "folder on another disk with --data."
        ) from None


def name_of_working_folder(cluster: Path, user: User | None) -> str:
    """The name by which a process that was started in `cluster` reaches it although it may not enter those above."""
    return "/proc/self/cwd" if user and sys.platform == "linux" else str(cluster)


def make(programs: Path, user: User | None, record: Path) -> Place:
    """A fresh place. `record` remembers it for the next start, which removes it if this run is killed."""
    remove(record)
    copy = user is not None and not _all_may_run(programs)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_base(user, copy=copy)))
    record.write_text(str(folder), encoding="utf-8")
    sockets = folder / "socket"
    sockets.mkdir(mode=0o700)
    hand_over(sockets, user)
    if user:
        folder.chmod(0o711)
    return Place(folder, sockets, _copy(programs, folder / "server") if copy else programs)


def remove(record: Path) -> None:
    """Remove the place that `record` remembers, if it is still what we, or whoever wrote the record, made."""
    if not record.exists():
        return
    folder = Path(record.read_text(encoding="utf-8"))
    makers = {os.geteuid(), record.stat().st_uid}
    if folder.name.startswith(_PREFIX) and folder.is_dir() and folder.lstat().st_uid in makers:
        shutil.rmtree(folder, ignore_errors=True)
    record.unlink()


def _base(user: User | None, *, copy: bool) -> Path:
    for base in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"), Path("/run"), Path("/var/lib")):  # noqa: S108
        if _is_suitable(base, user, copy=copy):
            return base
    raise LocalError(
        "There is no folder for PostgreSQL's socket; tried those for temporary files, /run and /var/lib. "
        "Set TMPDIR to one with a short path that every user may enter, or PEP_DATABASE_URL to use another database."
    )


def _is_suitable(base: Path, user: User | None, *, copy: bool) -> bool:
    if not os.access(base, os.W_OK | os.X_OK) or len(os.fsencode(base)) > _LONGEST_BASE:
        return False
    if user and not _all_may_enter(base):
        return False
    return not (copy and os.statvfs(base).f_flag & getattr(os, "ST_NOEXEC", 0))


def _all_may_enter(folder: Path) -> bool:
    folder = folder.resolve()
    return all(step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def _all_may_run(programs: Path) -> bool:
    """Whether every user can start the programs. Access by group or list counts as none, which only costs a copy."""
    wanted = stat.S_IXOTH | stat.S_IROTH
    return _all_may_enter(programs) and all((programs / name).stat().st_mode & wanted == wanted for name in _PROGRAMS)


def _copy(programs: Path, to: Path) -> Path:
    """Copy what a server needs, readable by all. A wheel keeps shared libraries two folders up, in `NAME.libs`."""
    server = programs.resolve().parent
    home = server.parent
    copied = to / home.name / server.name
    shutil.copytree(server, copied, ignore=_unneeded)
    libraries = home.with_name(home.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    for path in (to, *_everything_in(to)):
        path.chmod(0o755)
    return copied / programs.name


def _unneeded(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - _PROGRAMS
    return {name for name in names if name in {"include", "doc", "pgxs", "pkgconfig"} or name.endswith(".a")}


def _everything_in(folder: Path) -> Iterator[Path]:
    return folder.rglob("*")

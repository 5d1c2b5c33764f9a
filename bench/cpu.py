"""The processor time of this process and of a PostgreSQL server: what a page costs, however busy the machine is."""

import os
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Places in `/proc/PID/stat` after the name, which may hold blanks."""


def used(server: int) -> float:
    """Milliseconds so far, of this process and of the processes that serve the server's connections."""
    return 1000 * (time.process_time() + sum(_used(Path(entry)) for entry in _children(server)))


def _children(server: int) -> list[str]:
    return Path(f"/proc/{server}/task/{server}/children").read_text().split()


def _used(pid: Path) -> float:
    try:
        values = (Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return 0.0
    return (int(values[_USER]) + int(values[_SYSTEM])) / _TICK

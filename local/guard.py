"""Runs a program that a library started for us, and ends it when the process with that library is gone.

The Temporal SDK starts its time-skipping server itself, from a thread of its own, and leaves it behind when Python is
killed. A death signal is of no use there: it would come when that *thread* ends. So the SDK is given a script that runs
this file, which stays between the two and looks at who its parent is.

    python -I -S guard.py COMMAND...
"""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_GLANCE = 0.2
_LEASH = Path(__file__).with_name("leash.py")


def guarded(program: Path, folder: Path) -> Path:
    """Write a script into `folder` that runs `program` under guard, for the SDK's `test_server_existing_path`."""
    script = folder / f"guarded-{program.name}"
    words = [sys.executable, "-I", "-S", str(Path(__file__).absolute()), str(program)]
    script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    script.chmod(0o700)
    return script


def main(*command: str) -> int:
    parent = os.getppid()
    leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(int(signal.SIGKILL)), "-"]
    child = subprocess.Popen([*leash, *command])

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    while True:
        try:
            return child.wait(_GLANCE)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                child.kill()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Runs one command that cannot outlive the process that started it. Started as a script, before every child.

    python -I -S leash.py PARENT SIGNAL USER COMMAND...

PARENT is the pid that must be alive, SIGNAL the number that the command gets when PARENT dies, USER `uid:gid` or `-`.
The order matters: giving up root clears the death signal, so it is asked for afterwards; and a parent that died before
it was asked for is seen by its pid. A script and not a `preexec_fn`, because Python code between fork and exec can
deadlock in a process with threads. Only Linux knows the death signal; elsewhere the next start cleans up.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
"""Loaded here and not later: the user that the command becomes need not be able to read Python's own files."""


def main(parent: str, death_signal: str, user: str, *command: str) -> None:
    if user != "-":
        become(*(int(number) for number in user.split(":")))
    if sys.platform == "linux":
        die_with(int(parent), int(death_signal))
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - this is what the script is for


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, death_signal: int) -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that wanted this one is gone.")


if __name__ == "__main__":
    main(*sys.argv[1:])

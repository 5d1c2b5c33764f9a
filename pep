#!/usr/bin/env python3
"""Bootstrap of the PEP service: needs nothing but Python 3.11 or newer.

Builds `.venv` from the hash-pinned lock on first use, then hands over to `cli.py` inside it. `test` and `check` also
need the development tools, which have a lock of their own.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("PEP_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"
NEEDS_DEVELOPMENT_TOOLS = {"test", "check"}


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):
        sys.exit("pep needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])
    development = bool(arguments) and arguments[0] in NEEDS_DEVELOPMENT_TOOLS
    ensure_environment(development)
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "cli.py"), *arguments])


def ensure_environment(development: bool) -> None:
    """Install what the locks name, once; two first runs at the same time wait for each other."""
    VENV.mkdir(parents=True, exist_ok=True)
    with open(VENV / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(ROOT / "requirements.lock", VENV / ".installed-runtime")
        if development:
            install(ROOT / "requirements-dev.lock", VENV / ".installed-development")


def install(lock: Path, stamp: Path) -> None:
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"First run: installing {lock.name} into {VENV} ...", file=sys.stderr, flush=True)
    try:
        if not PYTHON.exists():
            venv.create(VENV, with_pip=True)
        subprocess.run(
            [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock],
            check=True,
        )
    except subprocess.CalledProcessError:
        sys.exit(
            "The installation did not finish; what went wrong stands above. Without network, connect and run this again. "
            "If it says that ensurepip is missing: apt-get install python3-venv."
        )
    stamp.write_text(wanted)


if __name__ == "__main__":
    main(sys.argv[1:])

"""What this process runs: the name of the release, or else a stamp of its own code, the same for the same files."""

import hashlib
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOMS = (
    "activities", "casework", "contracts", "post", "repairs", "rules", "starter", "store", "watch", "web", "workflows",
)  # fmt: skip


@cache
def code_stamp() -> str:
    """`code-1f09ab3c`: two processes with the same stamp run the same code, wherever it was built."""
    stamp = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((_HERE / room).rglob("*.py")):
            stamp.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return f"code-{stamp.hexdigest()[:8]}"

"""Whether the demonstration is loaded: once, into a new data folder, and anew when a first start was broken off."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from local.run_file import write_private

_WANTED, _LOADED, _NONE = "wanted\n", "loaded\n", "none\n"


@dataclass(frozen=True)
class FirstStart:
    """What this start does because of an earlier one, or because there was none."""

    load: bool
    """Load the demonstration."""
    clear: bool
    """First remove what a loading that was broken off has left. Nobody has worked with it yet."""


def decide(data: Path, *, wanted: bool) -> FirstStart:
    """Decide for this start, and note it, so that the next one sees if this is broken off."""
    note = _note(data)
    before = note.read_text(encoding="utf-8") if note.exists() else None
    is_new = before is None and not (data / "postgres" / "cluster").exists()
    if not is_new and before != _WANTED:
        return FirstStart(load=False, clear=False)
    write_private(note, _WANTED if wanted else _NONE)
    return FirstStart(load=wanted, clear=not is_new)


def clear(data: Path) -> None:
    """Remove what a broken-off loading left outside PostgreSQL."""
    for name in ("temporal", "mail", "payments"):
        shutil.rmtree(data / name, ignore_errors=True)


def loaded(data: Path) -> None:
    """Note that the demonstration is whole."""
    write_private(_note(data), _LOADED)


def _note(data: Path) -> Path:
    return data / "demonstration"

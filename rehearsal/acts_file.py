"""Acts from a file, one JSON object a line with `at` and `child` (ACTS.md, Rehearsal)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.clock import LONDON


@dataclass(frozen=True, slots=True)
class Played:
    """One act that is to be played at a UTC instant."""

    at: datetime
    child: str
    act: dict[str, Any]


class ActsFileError(Exception):
    """The file cannot be played; the sentences name each line and what is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_acts(text: str) -> list[Played]:
    """The acts in order of time; acts of one instant keep the file's order. Raises ActsFileError."""
    acts, faults = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                acts.append(_read(line))
            except ValueError as error:
                faults.append(f"line {number}: {error}")
    if faults:
        raise ActsFileError(faults)
    return sorted(acts, key=lambda played: played.at)


def _read(line: str) -> Played:
    try:
        act = json.loads(line)
    except json.JSONDecodeError:
        raise ValueError("not one JSON object; write one act a line.") from None
    if not isinstance(act, dict):
        raise ValueError("not one JSON object; write one act a line.")  # noqa: TRY004 - a fault of the line
    child, at = act.pop("child", None), act.pop("at", None)
    if not isinstance(child, str) or not isinstance(at, str):
        raise ValueError("`child` and `at` are needed: which child, and when.")  # noqa: TRY004 - a fault of the line
    return Played(_instant(at), child, act)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("`at` is no instant; write it as 2026-10-14T09:00.") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=LONDON)).astimezone(UTC)

"""Acts from a file, one JSON object a line with `at` and `child` (ACTS.md, Rehearsal)."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.clock import LONDON, in_words

_NO_OBJECT = "not one JSON object; write one act a line."


@dataclass(frozen=True, slots=True)
class Played:
    """One act that is to be played at a UTC instant."""

    at: datetime
    child: str
    act: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """What acts are played on: from `start` to `end`, both included (UTC), and with these children."""

    start: datetime
    end: datetime
    children: Collection[str]


class ActsFileError(Exception):
    """The file cannot be played; the sentences name each line and what is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_acts(text: str, scene: Scene | None = None) -> list[Played]:
    """The acts in order of time; acts of one instant keep the file's order. Raises ActsFileError.

    Without a scene nobody asks whether an act can be played at all: its instant may be any, and so may its child.
    """
    acts: list[Played] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):  # a text in an act may have other line ends within it
        if line.strip():
            played, wrong = _read(line, scene)
            acts += [played] if played else []
            faults += [f"line {number}: {reason}" for reason in wrong]
    if faults:
        raise ActsFileError(faults)
    return sorted(acts, key=lambda played: played.at)


def _read(line: str, scene: Scene | None) -> tuple[Played | None, list[str]]:
    """The act of a line, and everything that is wrong with its time and its child."""
    try:
        act = json.loads(line)
    except json.JSONDecodeError:
        return None, [_NO_OBJECT]
    if not isinstance(act, dict):
        return None, [_NO_OBJECT]
    at, child = act.pop("at", None), act.pop("child", None)
    instant = _instant(at)
    faults = [*_faults_of_time(at, instant, scene), *_faults_of_child(child, scene)]
    return (Played(instant, child, act) if instant and not faults else None), faults


def _faults_of_time(at: object, instant: datetime | None, scene: Scene | None) -> Iterator[str]:
    if at is None:
        yield "at: needed; say when the act is played, as 2026-10-14T09:00."
    elif instant is None:
        yield "at: no instant; write it as 2026-10-14T09:00."
    elif scene and not scene.start <= instant <= scene.end:
        stretch = f"from {_told(scene.start)} until {_told(scene.end)}; choose a time within it"
        yield f"at: {_told(instant)} lies outside the time that is played, which goes {stretch}."


def _faults_of_child(child: object, scene: Scene | None) -> Iterator[str]:
    if child is None:
        yield "child: needed; say whom the act is about."
    elif not isinstance(child, str):
        yield "child: no reference; write it as the roll does, in quotation marks."
    elif scene and child not in scene.children:
        yield f"child: {child} is not on the roll; correct it."


def _instant(at: object) -> datetime | None:
    """A UTC instant; without an offset it is London time."""
    if not isinstance(at, str):
        return None
    try:
        instant = datetime.fromisoformat(at)
        return (instant if instant.tzinfo else instant.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _told(instant: datetime) -> str:
    """`Wednesday 14 October 2026, 09:00`, in London."""
    in_london = instant.astimezone(LONDON)
    return f"{in_words(in_london.date())}, {in_london:%H:%M}"

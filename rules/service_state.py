"""Whether the service works, judged by what its processes and the watch's rounds last said: for people at the console,
also while Temporal is away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contracts.clock import LONDON, london_date
from contracts.problems import RepairKind
from contracts.service import ROUNDS, Beat, RoundSeen
from rules.repairs import NEEDS_TEMPORAL

SILENT_AFTER = timedelta(seconds=45)
"""So long after its last heartbeat a process counts as gone."""
LATE_AFTER = timedelta(minutes=3)
"""A round of the watch that was not tried for so long is late, whatever its pause is."""
TEMPORAL_AWAY = "TemporalUnreachableError"
_ASK_TEMPORAL = frozenset(name for name, kind in ROUNDS.items() if kind.asks_temporal)
"""Some of these rounds pause for minutes: one that succeeds later says that Temporal is back."""
WORKER, WATCH = "worker", "watch"
_NEEDS_WORKER = frozenset({RepairKind.TRY_NOW, RepairKind.RESTART, RepairKind.RESET})
"""What has no effect without somebody to run the step."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Since when a part is away; None where it works, or where nothing is known of it."""

    temporal_away: datetime | None
    worker_gone: datetime | None
    watch_gone: datetime | None
    never_watched: bool
    now: datetime

    @property
    def sentences(self) -> list[str]:
        """What somebody at the console has to know before anything else; nothing where everything works."""
        found = []
        if self.worker_gone:
            found.append(
                f"The service is not working on any plan since {time_of(self.worker_gone, self.now)}: no worker "
                "runs. Submissions are being kept."
            )
        if self.temporal_away:
            found.append(
                f"Temporal is away since {time_of(self.temporal_away, self.now)}: deadlines, letters and payments "
                "wait. Submissions are being kept. What is shown of runs is as it was then."
            )
        if self.watch_gone:
            found.append(
                f"The watch has not looked since {time_of(self.watch_gone, self.now)}: what is shown is as it was "
                "then, and no repair is carried out until it is back."
            )
        if self.never_watched:
            found.append("The watch has not looked yet: nothing is known here until it has.")
        return found


def condition_of(beats: Sequence[Beat], rounds: Sequence[RoundSeen], now: datetime) -> Condition:
    """Judge the service by its heartbeats and rounds."""
    reached = [one.tried_at for one in rounds if one.name in _ASK_TEMPORAL and one.error_type is None]
    away = [
        one.ended_at or one.tried_at
        for one in rounds
        if one.error_type == TEMPORAL_AWAY and one.tried_at >= max(reached, default=one.tried_at)
    ]
    tried = max((one.tried_at for one in rounds), default=None)
    watch_gone = gone_since(beats, WATCH, now)
    if tried is not None and now - tried > LATE_AFTER:
        watch_gone = watch_gone or tried
    return Condition(
        temporal_away=max(away, default=None),
        worker_gone=gone_since(beats, WORKER, now),
        watch_gone=watch_gone,
        never_watched=tried is None and watch_gone is None,
        now=now,
    )


class Beats(Protocol):
    """Whatever has a heartbeat."""

    @property
    def beat_at(self) -> datetime: ...
    @property
    def stopped_at(self) -> datetime | None: ...


def lives(beat: Beats, now: datetime, silent: timedelta = SILENT_AFTER) -> bool:
    """Whether a process counts as running."""
    return beat.stopped_at is None and now - beat.beat_at <= silent


def gone_since(beats: Sequence[Beat], part: str, now: datetime) -> datetime | None:
    """When the last process of a part was last seen, where none of it runs; None also where there never was one."""
    of_part = [beat for beat in beats if beat.part == part]
    if any(lives(beat, now) for beat in of_part):
        return None
    return max((beat.stopped_at or beat.beat_at for beat in of_part), default=None)


def why_not(kind: RepairKind, condition: Condition) -> str | None:
    """Why a repair cannot work just now, in a sentence; None where it can."""
    if condition.temporal_away and kind in NEEDS_TEMPORAL:
        return "Temporal is away: this can be done when it is back."
    if condition.worker_gone and kind in _NEEDS_WORKER:
        return "No worker runs: this can be done when one is back."
    if condition.watch_gone:
        return "The watch, which carries repairs out, has stopped: this can be done when it is back."
    return None


def time_of(at: datetime, now: datetime) -> str:
    """An instant as London's clocks show it, `14:48`; with its day where that is another: `14:48 on 28 Nov`."""
    there = at.astimezone(LONDON)
    clock = f"{there:%H:%M}"
    if london_date(at) == london_date(now):
        return clock
    return f"{clock} on {there.day} {there:%b}"

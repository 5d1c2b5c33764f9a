"""What the processes of the service and the watch's rounds say of themselves. All instants are UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RoundKind:
    """What one of the watch's rounds is."""

    words: str
    looks: bool = False
    """Whether it says what is stuck."""
    asks_temporal: bool = False
    """Whether it cannot succeed without Temporal."""


ROUNDS = {
    "activity_failing": RoundKind("steps that fail", looks=True),
    "workflow_failing": RoundKind("runs whose code fails", looks=True, asks_temporal=True),
    "not_picked_up": RoundKind("runs that nobody works on", looks=True, asks_temporal=True),
    "wait_passed": RoundKind("what is overdue", looks=True),
    "not_told": RoundKind("what is not passed on", looks=True),
    "letter_not_delivered": RoundKind("letters", looks=True),
    "payment_unsure": RoundKind("payments", looks=True),
    "service_stopped": RoundKind("processes", looks=True),
    "steps_in_temporal": RoundKind("steps, as Temporal has them", looks=True, asks_temporal=True),
    "queue": RoundKind("the queue of work", looks=True, asks_temporal=True),
    "everything": RoundKind("all open runs, part by part", looks=True, asks_temporal=True),
    "versions": RoundKind("versions of the worker", asks_temporal=True),
    "tidying": RoundKind("tidying up"),
    "alerts": RoundKind("alerts"),
    "listing": RoundKind("the list of cases"),
    "audit": RoundKind("the audit, verified"),
}
"""Every round that says how it went (`watch/noted.py`), by its name in `sweeps`."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A process, and when it last said that it lives."""

    identity: str
    part: str
    queue: str | None
    version: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None
    """When it ended in good order, or was laid to rest."""


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """What a round of the watch last said."""

    name: str
    ended_at: datetime | None
    """Of the last time that it could see everything; None before the first."""
    tried_at: datetime
    error_type: str | None
    """Why it cannot see now; None where it can."""

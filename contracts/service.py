"""What the processes of the service and the watch's rounds say of themselves. All instants are UTC."""

from dataclasses import dataclass
from datetime import datetime


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

"""One application for additional funding, as its workflow sees it: ids, instants and the decision, no sums (A12)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """What the Virtual School decided."""

    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class FundingRun:
    """Starts an application's run: all that it carries."""

    application: str
    """Opaque, made by us; never the id of the act, which people choose."""
    decide_by: datetime
    """The exclusive UTC end of the London day by which the Virtual School decides."""
    decision: Decision | None = None
    heard: int = 0
    """The last message number that the record had told when the run began."""
    clock_shift: float = 0.0
    """Seconds to add to the server's time. 0 in production and refused otherwise there; a rehearsal sets it."""


@dataclass(frozen=True, slots=True)
class FundingTold:
    """What a person did about an application, told after PostgreSQL stored it. The signal's name says what happened."""

    number: int
    """Contiguous per workflow, in the order of storing."""
    at: datetime
    """When the act was stored, UTC."""
    decision: Decision | None = None
    """How the application stands after the act; None while it is not decided."""


@dataclass(frozen=True, slots=True)
class FundingStep:
    """The time for the decision has passed: write what follows from it, if it is still true."""

    application: str
    due: datetime


@dataclass(frozen=True, slots=True)
class FundingStanding:
    """How an application stands in the record."""

    decision: Decision | None = None
    paid: bool = False
    kept: bool = False
    """Agreed without a school place: the Virtual School keeps the money and spends it for the child."""


@dataclass(frozen=True, slots=True)
class FundingOutcome:
    """How an application ended."""

    decision: Decision | None
    paid: bool = False
    kept: bool = False

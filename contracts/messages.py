"""What is told to the workflows, and what starts them. Additive only: new fields come with a default."""

from dataclasses import dataclass
from datetime import datetime

from contracts.people import Role
from contracts.review import ReviewPlan, Stage, Standing


@dataclass(frozen=True, slots=True)
class ReviewTold:
    """What a person did, told to the review after PostgreSQL stored it. The signal's name says what happened."""

    number: int
    """Contiguous per workflow, in the order of storing."""
    at: datetime
    """When the act was stored; lateness is judged by this instant, not by when the workflow heard of it."""
    by: Role
    act_id: str
    standing: Standing
    """How the review stands after the act."""
    plan: ReviewPlan | None = None
    """The new version of the plan, where the child's school or its term dates have changed."""


@dataclass(frozen=True, slots=True)
class ReviewRun:
    """Starts a review's run, the first or a later one: all that it carries."""

    plan: ReviewPlan
    standing: Standing
    heard: int = 0
    """The last message number that the run before had heard."""
    clock_shift: float = 0.0
    """Seconds to add to the server's time. 0 in production and refused otherwise there; a rehearsal sets it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The next review to open for a child: its term's key and the UTC instant."""

    term: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CycleTold:
    """Something that changes when the next review opens, told to a child's cycle."""

    number: int
    at: datetime
    opening: Opening | None
    in_care: bool = True


@dataclass(frozen=True, slots=True)
class CycleRun:
    """Starts a run of a child's cycle; there is one run a term."""

    case_id: str
    opening: Opening | None
    heard: int = 0
    in_care: bool = True
    clock_shift: float = 0.0


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """How a review ended: `closed` or `missed`."""

    stage: Stage

"""The numbers of the process. They are an authority's policy, snapshotted into a review when it opens.

Every default is what a review that opened without the field was promised: a new field's default never changes a
running review (docs/adr/0006).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.calendar import TermName
from contracts.people import Role


class Unit(StrEnum):
    """What an authority counts in (PROCESS.md, Numbers)."""

    DAY = "day"
    WORKING_DAY = "working_day"
    """Monday to Friday without bank holidays: the council's days."""
    SCHOOL_DAY = "school_day"
    """Days on which the child's own school is open."""
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit, before or after an event; the event's own day does not count."""

    amount: int
    unit: Unit = Unit.DAY

    @property
    def in_words(self) -> str:
        """`7 days`, `1 week`, `5 school days`."""
        word = self.unit.value.replace("_", " ")
        return f"{self.amount} {word}" if self.amount == 1 else f"{self.amount} {word}s"


class CutOffFor(StrEnum):
    """What an authority's fixed date of a term is the end of."""

    COMPLETION = "completion"
    SIGN_OFF = "sign_off"


@dataclass(frozen=True, slots=True)
class CutOff:
    """A fixed last day of a term; for the year groups that are named, or for all others."""

    term: TermName
    on: date
    year_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """Another cap than the usual one, for some year groups or some terms; empty means all."""

    pence: int
    year_groups: tuple[str, ...] = ()
    terms: tuple[TermName, ...] = ()


class LateGrant(StrEnum):
    """What becomes of the grant of a plan that is unfinished when its term ends."""

    PAID = "paid"
    """Once the Virtual School signs off, as in term."""
    LAPSES = "lapses"


class GrantOnMove(StrEnum):
    """Which school gets a grant that is not paid yet when the child moves."""

    FOLLOWS_CHILD = "follows_child"
    STAYS = "stays"
    """With the school at which the meeting agreed its use."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Defaults are those of the guidance and of PROCESS.md ("Numbers are policy, not code"). Money is whole pence."""

    name: str = "guidance"
    academic_year: str = ""
    """The year for which the file says this; empty for the defaults."""
    version: int = 0
    """Which version of the file; 0 for the defaults."""
    reminder_weeks: tuple[int, ...] = (6, 3, 1)
    """Weeks before the review is due at which both are reminded (A10)."""
    opens_weeks_before: int = 6
    before_meeting_days: tuple[int, ...] = (14, 7, 2)
    completion: Span = Span(7)
    """After the meeting, within which both complete and sign (A3)."""
    nudge_days_before_due: int = 2
    overdue_days_after_due: int = 1
    escalation_days_after_due: tuple[int, ...] = (7, 14)
    """The first goes to the manager or head teacher, the second to the VS head and the IRO."""
    sign_off: Span = Span(5, Unit.SCHOOL_DAY)
    amendment: Span = Span(5, Unit.SCHOOL_DAY)
    lead_up: Span = Span(15, Unit.SCHOOL_DAY)
    """The end of a term in which no meeting is held (M7); an amount of 0 is none."""
    cut_offs: tuple[CutOff, ...] = ()
    cut_off_for: CutOffFor = CutOffFor.COMPLETION
    target: Span = Span(12, Unit.WEEK)
    """A target is achievable within it, counted from the meeting (B13)."""
    term_cap_pence: int = 50_000
    year_cap_pence: int = 150_000
    caps: tuple[Cap, ...] = ()
    late_grant: LateGrant = LateGrant.PAID
    grant_on_move: GrantOnMove = GrantOnMove.FOLLOWS_CHILD
    check_in: Span | None = None
    """After the meeting, when the designated teacher is asked how the targets go (A9); None asks nothing."""
    also_sign: tuple[Role, ...] = ()
    """Who signs beside the two parties: the carer, the young person (A4)."""
    reviews_without_meeting: int = 1
    """The most in one academic year."""
    initial_started: Span = Span(10, Unit.WORKING_DAY)
    """After entering care, by when a child's first review is due."""
    initial_available: Span = Span(20, Unit.WORKING_DAY)
    """After entering care, by when the first plan is complete."""
    funding_decision: Span = Span(5, Unit.SCHOOL_DAY)
    """After an application, by when the Virtual School decides (A12)."""

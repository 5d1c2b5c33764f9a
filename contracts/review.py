"""One term's review as the process sees it: ids, facts and dates, no names and no words of anybody.

`ReviewPlan` is fixed when the review opens. `Standing` is how it stands now: PostgreSQL keeps the only true one, every
signal and every activity result brings the workflow the newest (docs/adr/0002).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.calendar import SchoolCalendar, Term
from contracts.people import Role
from contracts.policy import Policy


class Stage(StrEnum):
    """Where a review is (ACTS.md, Stages and the case object)."""

    WAITING_FOR_DATE = "waiting_for_date"
    PREPARING = "preparing"
    MEETING_DUE = "meeting_due"
    COMPLETING = "completing"
    SIGNING = "signing"
    VIRTUAL_SCHOOL = "virtual_school"
    RETURNED = "returned"
    PAYING = "paying"
    IN_FORCE = "in_force"
    CLOSED = "closed"
    MISSED = "missed"
    PAUSED = "paused"


BEFORE_THE_MEETING = frozenset({Stage.WAITING_FOR_DATE, Stage.PREPARING, Stage.MEETING_DUE})
BEING_COMPLETED = frozenset({Stage.COMPLETING, Stage.SIGNING, Stage.RETURNED})
FINAL = frozenset({Stage.CLOSED, Stage.MISSED})


class Section(StrEnum):
    """The sections of the plan (ACTS.md, Sections)."""

    ABOUT_CHILD = "about_child"
    CARE_AND_VIEWS = "care_and_views"
    ATTAINMENT = "attainment"
    PREVIOUS_TARGETS = "previous_targets"
    TARGETS = "targets"
    ATTENDANCE_AND_SUPPORT = "attendance_and_support"
    GRANT = "grant"
    VOICE = "voice"
    TRANSITION = "transition"

    @property
    def in_words(self) -> str:
        return self.value.replace("_", " ")


class GrantState(StrEnum):
    """What became of the term's grant."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_DUE = "not_due"
    RELEASING = "releasing"
    PAID = "paid"
    NOTHING_ASKED = "nothing_asked"
    KEPT = "kept"
    """The child has no school place: the Virtual School keeps the money and spends it for the child."""
    LAPSED = "lapsed"
    """The plan was not finished with its term, and the policy pays nothing then."""


@dataclass(frozen=True, slots=True)
class InitialPep:
    """The first plan of a child who has just entered care: due by days counted from that day, not by the term."""

    entered_on: date
    due_on: date
    """By when the meeting is held."""
    available_on: date
    """By when the plan is complete."""
    ends_on: date
    """After this day a review without a held meeting counts as missed: the term's last day, or later."""
    in_holiday: bool = False
    """The school is closed for all of that time: the Virtual School takes the designated teacher's part."""


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """What is fixed for a review when it opens. Another school or other term dates make a new version of it."""

    case_id: str
    """Opaque, made by us; never the authority's reference, which stays in PostgreSQL."""
    review_id: str
    term: Term
    calendar: SchoolCalendar
    policy: Policy
    year_group: str
    grant_eligible: bool
    follows_a_pep: bool
    """True from the child's second PEP on: previous targets are then reviewed (B15, M1)."""
    has_school_place: bool = True
    """Without one the Virtual School takes the designated teacher's part."""
    year_remainder_pence: int = 150_000
    """What is left of the year's cap when the review opens."""
    version: int = 1
    """A workflow takes up the newest version that it hears of."""
    initial: InitialPep | None = None
    reminds_of_receiving_setting: bool = False
    """Whether the social worker is reminded to invite the receiving school or college (B3). A plan that opened before
    there was such a letter was promised none: its alarms stay where they were."""

    @property
    def last_day(self) -> date:
        """The London day after which the review is missed or unfinished."""
        return self.initial.ends_on if self.initial else self.term.last_day


@dataclass(frozen=True, slots=True)
class Submitted:
    """One party's submission of one section. `revision` is the review's when it was stored."""

    section: Section
    role: Role
    revision: int
    after_meeting: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a review stands. Instants are UTC, days are London dates, money is whole pence."""

    stage: Stage
    since: datetime
    clock_from: datetime
    """Steps of the ladder before this instant are done, or were passed over when dates changed."""
    revision: int = 1
    """Rises with every act: what a reader has seen."""
    changes: int = 1
    """Rises with every stored change, the clock's too; news with a lower count is late and changes nothing."""
    unfinished: bool = False
    meeting_on: date | None = None
    meeting_time: str | None = None
    date_agreed: bool | None = None
    """What the school said of the date; a no is shown to the social worker and blocks nothing."""
    meeting_sequence: int = 0
    """Counts the dates that were arranged; the SEQUENCE of the calendar invitation."""
    invited_at: datetime | None = None
    """When the present date was arranged or moved; its invitations are due from then."""
    held_on: date | None = None
    submitted: tuple[Submitted, ...] = ()
    targets_checked: bool = False
    """Set by the designated teacher; a teacher's own submission counts as checked (B14)."""
    voice_heard: bool = False
    receiving_setting_invited: bool = False
    grant_agreed: bool = False
    grant_agreed_pence: int | None = None
    grant_pence: int = 0
    """The sum of the grant section's lines."""
    next_meeting_on: date | None = None
    next_meeting_settled: bool = False
    """A next date is agreed, or there is to be none with its reason (A5)."""
    signed: tuple[Role, ...] = ()
    asked_at: datetime | None = None
    """When signatures were last asked for."""
    returned_at: datetime | None = None
    returned: tuple[Submitted, ...] = ()
    """The returned parts that still wait for a new version."""
    grant: GrantState = GrantState.NOT_DUE
    grant_released_at: datetime | None = None
    confidential: bool | None = None
    """Whether the meeting was held in a confidential room (M2)."""
    actions_agreed: int | None = None
    """How many actions with an owner the meeting recorded (M4)."""
    without_meeting: bool = False
    """The Virtual School let this review do without a meeting; `held_on` is the day of that decision."""
    checked_in: bool = False
    """The designated teacher has said how the targets go since the meeting (A9)."""
    paused_at: datetime | None = None
    paused_from: Stage | None = None
    """The stage to which a paused review returns."""
    paused_school_days: int = 0
    """By how many school days the completion has moved."""
    paused_since_signing: int = 0
    """By how many the sign-off has moved, or the amendment after a return."""
    reopened: bool = False
    """`returned_at` is when a plan that had been signed off was opened again."""
    paid_pence: int | None = None
    """What was paid for this term; a re-opened plan is never paid again."""
    was_signed_off: bool = False
    """The plan was signed off once and opened again: what its term left undone was settled then."""
    changes_on: date | None = None
    """A London day from which something else holds for the child: another school, another person, leaving care."""
    extended_school_days: int = 0
    """By how many school days the Virtual School has moved the completion."""
    extended_since_signing: int = 0
    """By how many it has moved the sign-off, or the amendment after a return."""
    kept_pence: int | None = None
    """What the Virtual School kept for this term; a re-opened plan stays kept, and is released to no school as well."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A named deadline with the sentence that explains it. `until` is the exclusive UTC end of the day `on`."""

    name: str
    on: date
    until: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class MissingPart:
    """Something that a party still owes: a section's name, `signature`, `next_meeting`, `check_targets`, ..."""

    part: str
    role: Role
    sentence: str

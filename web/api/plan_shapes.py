"""The answer of the API about a plan, for its description. Null is what is not shared with who asks, or not there."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.people import Role
from contracts.review import GrantState, Section, Stage
from web.api.shapes import Missing


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Done(_Shape):
    """Who did something, in which role and when."""

    role: Role
    name: str | None = Field(description="null where it is not known or not shared; never an address")
    at: str = Field(description="London time with its offset")


class Version(_Done):
    """A party's newest version of a section."""

    revision: int = Field(description="The review's when it was written")
    state: Literal["submitted", "not_checked", "to_be_written_again", "returned"]
    content: dict[str, Any] = Field(description="As it was submitted")


class SectionVersions(_Shape):
    """A section in which something is written."""

    section: Section
    versions: list[Version]


class PlannedStrategy(_Shape):
    """What is done towards a target, and by whose means."""

    what: str
    kind: Literal["school", "pupil_premium", "virtual_school"]


class PlannedTarget(_Shape):
    """A target as it is written; fields that were left out are empty."""

    number: int
    kind: Literal["academic", "social_emotional"]
    subject: str
    what: str
    measure: str
    by: str | None = Field(description="London day")
    who: str
    how_often: str
    strategies: list[PlannedStrategy]
    evidence: str
    drafted_with: list[str]
    childs_words: str
    covers: list[Literal["homework", "careers", "transition"]]


class CheckedIn(_Done):
    """How a target goes between two meetings."""

    on_track: bool
    words: str
    strategies_in_place: bool | None
    told_staff: bool | None


class Concern(_Done):
    """Why a target may not be met."""

    words: str


class TargetNow(_Shape):
    """A target of this plan and how it goes."""

    target: PlannedTarget
    check_ins: list[CheckedIn] | None
    concerns: list[Concern] | None


class Strategies(_Shape):
    """What was to be done towards a target, by whose means it was."""

    school: list[str]
    pupil_premium: list[str]
    virtual_school: list[str]


class AgreedLine(_Shape):
    """A line of the grant that was agreed for a target."""

    what: str
    pence: int


class ReportedOutcome(_Done):
    """What a party says of a target of the last plan."""

    outcome: Literal["met", "partly", "not_met"]
    impact: str
    spent_pence: int
    virtual_school_impact: str | None


class TargetImpact(_Shape):
    """A target's money: the school's report, or else the social worker's."""

    agreed_pence: int
    spent_pence: int | None = Field(description="null while nobody reported")
    outcome: Literal["met", "partly", "not_met"] | None
    sentence: str = Field(description="As `met for £150.00 of £200.00`")


class PlanImpact(_Shape):
    """All targets together."""

    agreed_pence: int
    spent_pence: int
    met: int
    partly: int
    not_met: int
    not_reported: int
    sentence: str


class PreviousTarget(TargetNow):
    """A target of the last plan as it was signed off, and everything that happened to it."""

    strategies: Strategies
    grant_lines: list[AgreedLine] | None = Field(description="Empty where the meeting did not agree the grant's use")
    outcomes: list[ReportedOutcome] | None
    impact_per_pound: TargetImpact | None


class GrantOfPlan(_Shape):
    """What became of a plan's grant."""

    state: GrantState
    pence: int


class Application(_Shape):
    """An application for additional funding."""

    application: str = Field(description="The id of the act, as `decide_funding` names it")
    role: Role
    at: str
    asked_pence: int
    why: str
    targets: list[int]
    state: Literal["applied", "agreed", "declined", "paid", "kept"] = Field(
        description="`kept`: agreed without a school place, so the Virtual School keeps it and spends it for the child"
    )
    agreed_pence: int | None
    reason: str | None = Field(description="The Virtual School's")


class LastPlan(_Shape):
    """The newest plan before this one that has targets and was not missed."""

    term: str = Field(description="As `2026/27 autumn`")
    stage: Stage
    signed_off_at: str | None = Field(description="null for a plan that never was: its targets as they stand")
    targets: list[PreviousTarget]
    grant: GrantOfPlan | None
    impact_per_pound: PlanImpact | None
    funding: list[Application] | None


class AgreedAction(_Shape):
    """An action of the meeting."""

    what: str
    owner: str
    by: str = Field(description="London day")


class MeetingRecord(_Done):
    """What was recorded of the meeting, or why the review did without one."""

    confidential: bool | None
    reason: str | None = Field(description="Why the room was not confidential, or why there was no meeting")
    young_person: Literal["attended", "joined_at_end", "met_before", "did_not_take_part"] | None
    targets_agreed: Literal["agreed", "redefined"] | None
    grant_agreed: bool | None
    grant_pence: int | None


class PlanMeeting(_Shape):
    """The meeting of a plan."""

    on: str | None = Field(description="London day")
    time: str | None
    held_on: str | None = Field(description="London day")
    without_meeting: bool
    actions: list[AgreedAction]
    record: MeetingRecord | None


class Asked(_Shape):
    """Somebody beside the two parties who was asked to come."""

    kind: str
    name: str | None
    answer: str | None
    answered_at: str | None


class ExceptionMade(_Shape):
    """A rule that the Virtual School made an exception of."""

    rule: Literal["B3", "B9"]
    reason: str


class SignedOff(_Done):
    """The newest sign-off."""

    exceptions: list[ExceptionMade]
    stands: bool = Field(description="False since the plan was opened again")


class View(_Done):
    """What carer or young person said, or what the child said to others."""

    kind: Literal["views", "agreement", "voice"]
    words: str | None


class PlanObject(_Shape):
    """What a plan says, as far as it is shared with who asks."""

    child: str = Field(description="The authority's reference")
    term: str = Field(description="As `2026/27 autumn`")
    stage: Stage
    unfinished: bool
    revision: int = Field(description="Send it as `seen` with an act")
    sections: list[SectionVersions]
    targets: list[TargetNow] | None
    meeting: PlanMeeting
    attendees: list[Asked] | None
    sign_off: SignedOff | None
    views: list[View]
    funding: list[Application] | None
    missing: list[Missing] | None
    last_plan: LastPlan | None

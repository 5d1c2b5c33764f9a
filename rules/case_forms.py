"""The acts of ACTS.md that are about the child's case rather than the writing of one plan, as forms."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from contracts.people import Role
from rules.form_parts import CODE, Attendance, Day, Email, Form, Pence, Target, Words, Yes


class AnswerInvitation(Form):
    """Whether somebody who was invited comes (B4). `kind` says for whom, where one of the parties answers."""

    action: Literal["answer_invitation"]
    answer: Words | Yes
    kind: Attendance | None = None


class RaiseConcern(Form):
    """A target may not be met: the Virtual School is told the same day (A11)."""

    action: Literal["raise_concern"]
    target: Target
    words: Words


class CheckIn(Form):
    """How a target goes between two meetings (A9). A target that is not on track is a concern as well."""

    action: Literal["check_in"]
    target: Target
    on_track: Yes
    words: Words
    strategies_in_place: Yes | None = None
    told_staff: Yes | None = None


class ApplyForFunding(Form):
    """Additional funding in exceptional circumstances (A12)."""

    action: Literal["apply_for_funding"]
    pence: Annotated[Pence, Field(gt=0)]
    why: Words
    targets: Annotated[list[Target], Field(min_length=1, max_length=3)]


class DecideFunding(Form):
    """The Virtual School's decision on an application (A12)."""

    action: Literal["decide_funding"]
    application: Annotated[str, Field(min_length=1, max_length=100)]
    agreed: Yes
    pence: Pence
    reason: Words

    @model_validator(mode="after")
    def _a_sum(self) -> "DecideFunding":
        if self.agreed and self.pence == 0:
            raise ValueError("pence: say how much is agreed.")
        return self


class GiveViews(Form):
    """What the carer or the young person wants to say. The young person's words count as their voice (B9)."""

    action: Literal["give_views"]
    words: Words


class Agree(Form):
    """The carer or the young person agrees to the plan."""

    action: Literal["agree"]
    words: Words | None = None


class ChangeSchool(Form):
    """The child moves to another school, or has none: then `school` and what belongs to it are left out."""

    action: Literal["change_school"]
    school: Words | None = None
    calendar: Annotated[str, Field(max_length=60, pattern=CODE)] | None = None
    designated_teacher: Words | None = None
    email: Email | None = None
    from_: Annotated[Day, Field(alias="from")]

    @model_validator(mode="after")
    def _whole(self) -> "ChangeSchool":
        needed = ("calendar", "designated_teacher", "email")
        absent = [name for name in needed if getattr(self, name) is None]
        if self.school is not None and absent:
            raise ValueError(f"{', '.join(absent)}: needed with a school; leave out `school` where there is no place.")
        return self


class ChangePerson(Form):
    """Somebody else takes over a role on the case; clocks and signatures stay."""

    action: Literal["change_person"]
    role: Literal["social_worker", "designated_teacher", "team_manager", "pastoral", "carer", "young_person"]
    name: Words
    email: Email
    from_: Annotated[Day, Field(alias="from")]

    @property
    def replaces(self) -> Role:
        """The role that is taken over."""
        return Role(self.role)


class LeaveCare(Form):
    """The child is no longer looked after from a day on."""

    action: Literal["leave_care"]
    on: Day
    reason: Words


class ReviewWithoutMeeting(Form):
    """The Virtual School lets one of the year's reviews do without a meeting."""

    action: Literal["review_without_meeting"]
    reason: Words


class Correct(Form):
    """A mistaken record is taken back: the act of that id. A review alone is answered with the acts that it may be."""

    action: Literal["correct"]
    act: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    review: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    reason: Words

    @model_validator(mode="after")
    def _one_of(self) -> "Correct":
        if (self.act is None) == (self.review is None):
            raise ValueError("act: name the act that was a mistake, or the review.")
        return self


class Reopen(Form):
    """A plan that is in force or closed is opened again: the review of that name, the act's, or else the newest that
    can be. What was paid stays paid once."""

    action: Literal["reopen"]
    act: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    review: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    reason: Words

    @model_validator(mode="after")
    def _one_at_most(self) -> "Reopen":
        if self.act is not None and self.review is not None:
            raise ValueError("act: name the review, or an act of it, not both.")
        return self


class Pause(Form):
    """The clock stands still until it is resumed."""

    action: Literal["pause"]
    reason: Words


class Resume(Form):
    """The clock goes on; what was running is due later by the school days of the pause."""

    action: Literal["resume"]
    reason: Words

"""The acts of ACTS.md as forms: which fields an act has and what kind each is. What does not fit answers `FORM`.

An act arrives as JSON: `id`, `action`, `by`, `person` and the action's own fields. `read` gives the typed form or the
findings, one sentence a field; nothing that was typed is changed or dropped.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from contracts.review import Section
from rules.case_forms import (
    Agree,
    AnswerInvitation,
    ApplyForFunding,
    ChangePerson,
    ChangeSchool,
    CheckIn,
    Correct,
    DecideFunding,
    GiveViews,
    LeaveCare,
    Pause,
    RaiseConcern,
    Reopen,
    Resume,
    ReviewWithoutMeeting,
)
from rules.findings import Finding
from rules.form_faults import fault_in
from rules.form_parts import Attendance, Day, Email, Form, Pence, TimeOfDay, Words, Yes


class ArrangeMeeting(Form):
    """The social worker agrees a date with the school (B2, M7)."""

    action: Literal["arrange_meeting"]
    on: Day
    time: TimeOfDay | None = None
    place: Words | None = None


class AgreeDate(Form):
    """The school says whether the date suits. Disagreement is shown to the social worker and blocks nothing."""

    action: Literal["agree_date"]
    agreed: Yes
    words: Words | None = None


class MoveMeeting(Form):
    """A meeting that will not take place on its date (M6)."""

    action: Literal["move_meeting"]
    on: Day
    reason: Words


class Invite(Form):
    """Somebody beside the two parties is asked to come (B3, B4)."""

    action: Literal["invite"]
    kind: Attendance
    name: Words | None = None
    email: Email | None = None


class MeetingAction(BaseModel):
    """An action agreed at the meeting: one named owner and a date (M4)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    what: Words
    owner: Words
    by: Day


class RecordMeeting(Form):
    """The meeting was held, or it was not and the review goes back to waiting for a date."""

    action: Literal["record_meeting"]
    held: Yes
    on: Day | None = None
    confidential: Yes | None = None
    young_person: Literal["attended", "joined_at_end", "met_before", "did_not_take_part"] | None = None
    targets_agreed: Literal["agreed", "redefined"] | None = None
    grant_agreed: Yes | None = None
    grant_pence: Pence | None = None
    actions: list[MeetingAction] | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def _whole(self) -> "RecordMeeting":
        if not self.held and self.reason is None:
            raise ValueError("reason: say why the meeting was not held.")
        if self.held and self.confidential is False and self.reason is None:
            raise ValueError("reason: say why the room was not confidential.")  # M2
        needed = ("on", "confidential", "young_person", "actions")
        absent = [name for name in needed if getattr(self, name) is None]
        if self.held and absent:
            raise ValueError(
                f"{', '.join(absent)}: needed when the meeting was held; fill in what is missing."
            )  # M2, B9, M4
        return self


class RecordVoice(Form):
    """What the child said, heard after the meeting (B9)."""

    action: Literal["record_voice"]
    words: Words


class Submit(Form):
    """A party submits one section. The content's own rules are in rules/targets.py and rules/grant.py."""

    action: Literal["submit"]
    section: Section
    content: dict[str, Any]


class Delegate(Form):
    """The designated teacher lets somebody of the same mail domain draft red sections."""

    action: Literal["delegate"]
    to: Email
    child: Yes | Annotated[str, Field(max_length=100)] | None = None
    section: Section | None = None


class CheckTargets(Form):
    """The designated teacher has checked what pastoral staff drafted (B14)."""

    action: Literal["check_targets"]


class NextMeeting(Form):
    """The social worker sets the next meeting, or says why there is none (A5)."""

    action: Literal["next_meeting"]
    on: Day | None = None
    none: Yes | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "NextMeeting":
        if (self.on is None) == (not self.none):
            raise ValueError("on: give the next date, or `none` with a reason.")
        if self.none and self.reason is None:
            raise ValueError("reason: say why there is no next meeting.")
        return self


class Sign(Form):
    """A party signs the plan (A4)."""

    action: Literal["sign"]


class ProxySign(Form):
    """A signature missing for good reason, given by somebody who may allow it."""

    action: Literal["proxy_sign"]
    for_: Annotated[Literal["social_worker", "designated_teacher", "carer", "young_person"], Field(alias="for")]
    reason: Words


class Return(Form):
    """The Virtual School sends single parts back."""

    action: Literal["return"]
    parts: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=20)]
    reasons: Words | Annotated[list[Words], Field(min_length=1, max_length=20)]


class SignOffException(BaseModel):
    """Why the Virtual School signs off although a rule is not kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: Literal["B3", "B9"]
    reason: Words


class SignOff(Form):
    """The Virtual School's final sign-off (A7, A8)."""

    action: Literal["sign_off"]
    exceptions: tuple[SignOffException, ...] = ()


AnyForm = Annotated[
    ArrangeMeeting
    | AgreeDate
    | MoveMeeting
    | Invite
    | RecordMeeting
    | RecordVoice
    | Submit
    | Delegate
    | CheckTargets
    | NextMeeting
    | Sign
    | ProxySign
    | Return
    | SignOff
    | AnswerInvitation
    | RaiseConcern
    | CheckIn
    | ApplyForFunding
    | DecideFunding
    | GiveViews
    | Agree
    | ChangeSchool
    | ChangePerson
    | LeaveCare
    | ReviewWithoutMeeting
    | Correct
    | Reopen
    | Pause
    | Resume,
    Field(discriminator="action"),
]
_FORMS: TypeAdapter[Any] = TypeAdapter(AnyForm)


def read(act: object) -> AnyForm | list[Finding]:
    """The typed form of an act, or why it is none (rule `FORM`)."""
    if not _is_text(act):
        return [Finding("FORM", "the act: has a character that no text can hold (NUL or half of a pair); remove it.")]
    try:
        form: AnyForm = _FORMS.validate_python(act)
        return form
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        return list(dict.fromkeys(_finding(fault) for fault in faults))


def _finding(fault: Any) -> Finding:
    if fault["type"].startswith("union_tag"):
        return Finding("FORM", f"action: not an act that this version takes; it takes {', '.join(ACTIONS)}.")
    return fault_in(fault, fault["loc"][1:])


def _is_text(value: object) -> bool:
    """Whether every text in a JSON value can be stored: PostgreSQL has no NUL, and UTF-8 no lone surrogate."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_text(key) and _is_text(part) for key, part in value.items())
    return all(_is_text(part) for part in value) if isinstance(value, list | tuple) else True


ACTIONS: tuple[str, ...] = tuple(
    sorted(form.model_fields["action"].annotation.__args__[0] for form in Form.__subclasses__())  # type: ignore[union-attr]
)

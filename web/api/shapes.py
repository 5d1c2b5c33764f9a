"""The answers of the API, for its description. Routes send what casework says; tests hold the two together."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.people import Role
from contracts.review import GrantState, Stage


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Missing(_Shape):
    """Something that a party still owes."""

    part: str = Field(description="A section's name, or `signature`, `next_meeting`, `check_targets`, ...")
    role: Role
    sentence: str


class Meeting(_Shape):
    """This term's meeting as it is arranged, or as it was held."""

    on: str = Field(description="London day")
    time: str | None
    place: str | None = Field(description="As the social worker wrote it; null for finance and operators")
    agreed: bool | None = Field(description="What the school said of the date; null while it has said nothing")
    held: bool


class NextMeeting(_Shape):
    """The next meeting, or that there is to be none."""

    on: str | None
    none: bool = False
    verified: bool = Field(True, description="False while the term dates of that day are not known")


class Deadline(_Shape):
    """A named deadline with the sentence that explains it."""

    name: str
    on: str = Field(description="The last London day on which it is kept")
    sentence: str


class Grant(_Shape):
    """What became of this term's grant."""

    state: GrantState
    pence: int


class CaseObject(_Shape):
    """Who holds a case, since when, and what exactly is missing. It has no name of anybody."""

    child: str = Field(description="The authority's reference")
    term: str | None = Field(
        description="`autumn`, `spring` or `summer`; before the first review opens, the term that it will be for"
    )
    stage: Stage | None = Field(description="null before the first review opens")
    unfinished: bool = Field(description="The term is over, the meeting was held, the rest goes on")
    held_by: list[Role]
    since: str | None = Field(description="London time with its offset")
    until: str | None = Field(description="London day")
    missing: list[Missing]
    meeting: Meeting | None
    next_meeting: NextMeeting | None
    deadlines: list[Deadline]
    grant: Grant
    revision: int = Field(description="Send it as `seen` to be refused (STALE) if somebody else was faster")
    school_urn: str | None = Field(None, description="Only for finance; null without a school place")


class ActAnswer(_Shape):
    """What became of an act."""

    id: str
    outcome: Literal["accepted", "refused"]
    told: bool = Field(description="False while Temporal has not yet taken the message; it will be told")
    rules: list[str] = Field(description="Rows of PROCESS.md that the act breaks, or FORM, ROLE, STALE, ORDER")
    sentences: list[str] = Field(description="One for each: what is wrong and what to do")
    case: CaseObject | None


class Problem(_Shape):
    """Any other error: what happened and what to do."""

    sentences: list[str]
    id: str | None = Field(None, description="Send the act again with this id (503 only)")


class Parts(_Shape):
    """The state of each part in a word."""

    database: Literal["ready", "unreachable", "not_migrated"]
    temporal: Literal["ready", "unreachable"]
    worker: Literal["ready", "absent", "unknown"]
    mail: Literal["ready", "unreachable"]


class ReadyAnswer(_Shape):
    """Whether everything can work."""

    ready: bool
    parts: Parts
    sentences: list[str]


class LiveAnswer(_Shape):
    """The process answers."""

    live: Literal[True] = True

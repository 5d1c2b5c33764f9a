"""What the sections contain, as forms (ACTS.md, Sections). Wrong shapes answer `FORM`; the rules come after."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.review import Section
from rules.findings import Finding
from rules.form_faults import fault_in
from rules.form_parts import Day, Pence, Target, Words

_Optional = Annotated[str, Field(max_length=20_000)]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Strategy(_Content):
    """What will be done towards a target, and by whose means (B11, B12)."""

    what: Words
    kind: Literal["school", "pupil_premium", "virtual_school"]


class TargetForm(_Content):
    """One target. Fields that a rule demands are optional here, so that the rule can say why they are needed."""

    number: Target
    kind: Literal["academic", "social_emotional"]
    subject: _Optional = ""
    what: _Optional = ""
    measure: _Optional = ""
    by: Day | None = None
    who: _Optional = ""
    how_often: _Optional = ""
    strategies: list[Strategy] = []
    evidence: _Optional = ""
    drafted_with: list[_Optional] = []
    childs_words: _Optional = ""
    covers: list[Literal["homework", "careers", "transition"]] = []


class TargetsContent(_Content):
    targets: Annotated[list[TargetForm], Field(min_length=3, max_length=3)]


class GrantLine(_Content):
    """A costed line, linked to a target (M5)."""

    target: Target
    what: Words
    pence: Pence


class GrantContent(_Content):
    lines: Annotated[list[GrantLine], Field(max_length=50)]


class Outcome(_Content):
    """What became of a target of the last plan, and what its money did (B15, M1)."""

    number: Target
    outcome: Literal["met", "partly", "not_met"]
    impact: _Optional = ""
    spent_pence: Pence = 0
    virtual_school_impact: _Optional | None = None


class PreviousTargetsContent(_Content):
    outcomes: Annotated[list[Outcome], Field(min_length=1, max_length=3)]


AnyContent = TargetsContent | GrantContent | PreviousTargetsContent | None
_FORMS: dict[Section, type[TargetsContent | GrantContent | PreviousTargetsContent]] = {
    Section.TARGETS: TargetsContent,
    Section.GRANT: GrantContent,
    Section.PREVIOUS_TARGETS: PreviousTargetsContent,
}


def read_content(section: Section, content: dict[str, Any]) -> AnyContent | list[Finding]:
    """The typed content of a section, or why it is none. Sections of words need one field with something in it."""
    form = _FORMS.get(section)
    if form is None:
        return [Finding("FORM", f"content.words: {why}.") for why in _why_no_words(content)] or None
    try:
        return form.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        return [fault_in(fault, ("content", *fault["loc"])) for fault in faults]


def _why_no_words(content: dict[str, Any]) -> Iterator[str]:
    words, others = content.get("words", ""), content.keys() - {"words"}
    if not isinstance(words, str):
        yield "write text, in quotation marks"
    elif not words.strip() and all(content[field] in ("", None, [], {}) for field in others):
        yield "nothing is written here yet; fill it in"

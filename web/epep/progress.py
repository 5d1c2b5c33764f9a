"""How far each section of a plan is, as its task list shows it: red, blue and purple, with owner, state and date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.people import Role
from contracts.review import ReviewPlan, Section, Stage, Standing
from rules.deadlines import deadlines
from rules.missing import has_submitted
from rules.sections import due_before_the_meeting, is_needed, owners, responsible
from rules.sharing import Share

_DONE = frozenset({Stage.PAYING, Stage.IN_FORCE, Stage.CLOSED})


class Colour(StrEnum):
    """Whose a section is (PROCESS.md A2)."""

    RED = "red"
    BLUE = "blue"
    PURPLE = "purple"


class State(StrEnum):
    """How far a section is."""

    MISSING = "Not started"
    DRAFT = "Draft kept"
    WAITS = "Waits for {}"
    RETURNED = "Returned"
    UNCHECKED = "To be checked"
    SENT = "Sent"


@dataclass(frozen=True, slots=True)
class Task:
    """One section in the task list."""

    section: Section
    colour: Colour
    state: str
    done: bool
    urgent: bool
    """Returned, or late."""
    due: date | None
    """A London date; None once it is done."""


def tasks_of(plan: ReviewPlan, standing: Standing, share: Share, drafts: Sequence[Section], today: date) -> list[Task]:
    """The sections that this plan has and that are shared with the visitor. `drafts` are theirs."""
    return [
        _task(plan, standing, section, section in drafts, today)
        for section in Section
        if section in share.sections and is_needed(plan, section)
    ]


def colour_of(standing: Standing, section: Section) -> Colour:
    """Red is the designated teacher's, blue the social worker's, purple both parties'."""
    owned_by = owners(section, after_meeting=standing.held_on is not None)
    if len(owned_by) > 1:
        return Colour.PURPLE
    return Colour.BLUE if owned_by == (Role.SOCIAL_WORKER,) else Colour.RED


def _task(plan: ReviewPlan, standing: Standing, section: Section, has_draft: bool, today: date) -> Task:
    state, done = _state(plan, standing, section, has_draft)
    due = None if done or standing.stage in _DONE else _due(plan, standing, section)
    late = due is not None and due < today
    return Task(section, colour_of(standing, section), state, done, state == State.RETURNED or late, due)


def _state(plan: ReviewPlan, standing: Standing, section: Section, has_draft: bool) -> tuple[str, bool]:
    if any(one.section is section for one in standing.returned):
        return State.RETURNED, False
    waits = _owed_by(plan, standing, section)
    held = standing.held_on is not None
    parties = [responsible(plan, owner) for owner in owners(section, after_meeting=held)]
    if not waits:
        unchecked = section is Section.TARGETS and not standing.targets_checked
        return (State.UNCHECKED, False) if unchecked else (State.SENT, True)
    if has_draft:
        return State.DRAFT, False
    if len(waits) < len(parties):
        return State.WAITS.format(f"the {waits[0].in_words}"), False
    return State.MISSING, False


def _owed_by(plan: ReviewPlan, standing: Standing, section: Section) -> list[Role]:
    held = standing.held_on is not None
    after = held and section is Section.PREVIOUS_TARGETS
    parties = [responsible(plan, owner) for owner in owners(section, after_meeting=held)]
    return [role for role in parties if not has_submitted(standing, section, role, after_meeting=after)]


def _due(plan: ReviewPlan, standing: Standing, section: Section) -> date | None:
    """Before the meeting, or with what is to be completed after it."""
    if section in due_before_the_meeting(plan) and standing.held_on is None:
        return standing.meeting_on
    known = {deadline.name: deadline.on for deadline in deadlines(plan, standing)}
    return known.get("amendment") or known.get("completion")

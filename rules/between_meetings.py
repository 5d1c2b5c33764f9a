"""What happens to a plan beside its writing: concerns, check-ins, views (PROCESS.md A9, A11, B9)."""

from dataclasses import replace

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, Section, Stage, Standing
from rules.case_forms import CheckIn, GiveViews, RaiseConcern
from rules.findings import Finding

_VOICE_STILL_COUNTS = BEFORE_THE_MEETING | BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}


def raise_concern(standing: Standing, form: RaiseConcern) -> Standing | list[Finding]:
    """A target may not be met; the letter to the Virtual School is a consequence of the act (A11)."""
    return _about_a_target(standing, form.target) or standing


def check_in(standing: Standing, form: CheckIn) -> Standing | list[Finding]:
    """How a target goes since the meeting; the designated teacher is then no longer asked (A9)."""
    if standing.held_on is None:
        words = "A check-in follows the meeting: until then, change the targets themselves."
        return _about_a_target(standing, form.target) or [Finding("ORDER", words)]
    return _about_a_target(standing, form.target) or replace(standing, checked_in=True)


def give_views(standing: Standing, form: GiveViews) -> Standing:
    """The young person's own words are their voice, whenever they come before the sign-off (B9)."""
    stage = standing.paused_from or standing.stage
    heard = form.by is Role.YOUNG_PERSON and stage in _VOICE_STILL_COUNTS
    return replace(standing, voice_heard=standing.voice_heard or heard)


def _about_a_target(standing: Standing, number: int) -> list[Finding]:
    if any(one.section is Section.TARGETS for one in standing.submitted):
        return []
    return [Finding("ORDER", f"There is no target {number} yet: the designated teacher submits the targets first.")]

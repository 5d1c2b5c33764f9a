"""An act is decided once: the rules, the state with every act before it, and the answer (ACTS.md).

The order of refusals is fixed: FORM, ROLE, STALE, then rows of PROCESS.md, then ORDER.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.people import Role
from contracts.review import FINAL, ReviewPlan, Section, Standing
from rules import completing, forms, meeting, signing
from rules.findings import Finding
from rules.forms import AnyForm
from rules.missing import owed_by
from rules.progress import next_wake, settled
from rules.sections import owners, responsible

_BOTH = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER)
WHO_MAY: dict[str, tuple[Role, ...]] = {
    "arrange_meeting": (Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL),
    "agree_date": (Role.DESIGNATED_TEACHER,),
    "move_meeting": (*_BOTH, Role.VIRTUAL_SCHOOL),
    "invite": _BOTH,
    "record_meeting": _BOTH,
    "record_voice": _BOTH,
    "submit": (*_BOTH, Role.PASTORAL, Role.VIRTUAL_SCHOOL),
    "delegate": (Role.DESIGNATED_TEACHER,),
    "check_targets": (Role.DESIGNATED_TEACHER,),
    "next_meeting": (Role.SOCIAL_WORKER,),
    "sign": _BOTH,
    "proxy_sign": (Role.VIRTUAL_SCHOOL, Role.TEAM_MANAGER),
    "return": (Role.VIRTUAL_SCHOOL,),
    "sign_off": (Role.VIRTUAL_SCHOOL,),
}
"""Who may do what (ACTS.md, Acts). Where there is no school place the Virtual School takes the teacher's part."""

SIGNALS = {
    "arrange_meeting": "meeting_arranged",
    "move_meeting": "meeting_arranged",
    "record_meeting": "meeting_recorded",
    "submit": "part_completed",
    "check_targets": "part_completed",
    "next_meeting": "part_completed",
    "sign": "signed",
    "proxy_sign": "signed",
    "return": "returned",
    "sign_off": "signed_off",
}
"""What the review's workflow is told when an act changed what is waited for."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules need to know beside the review itself."""

    delegated: frozenset[Section] = frozenset()
    """The sections that the designated teacher lets pastoral staff draft."""
    school_mail_domains: frozenset[str] = frozenset()
    """Where the designated teacher's mail goes; delegates must be of the same."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new standing, and the signal for the workflow where the process must know."""

    standing: Standing
    signal: str | None


def decide(
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime, situation: Situation
) -> Accepted | list[Finding]:
    """Decide an act whose form is right. Pure: the same arguments always give the same answer."""
    decided = _not_of_the_school(form, situation) or _apply(plan, standing, form, now)
    early = _not_theirs(plan, standing, form, situation) or _malformed(decided) or _stale(standing, form)
    if early:
        return early
    if standing.stage in FINAL:
        return [Finding("ORDER", "This term's review is over; the next one opens in its time.")]
    if isinstance(decided, list):
        return decided
    after = replace(settled(plan, decided, now), revision=standing.revision + 1, changes=standing.changes + 1)
    return Accepted(after, _signal(plan, standing, after, form))


def _apply(  # noqa: C901, PLR0912 - one line an act: a table, not a tangle
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime
) -> Standing | list[Finding]:
    match form:
        case forms.ArrangeMeeting():
            return meeting.arrange(plan, standing, form, now)
        case forms.MoveMeeting():
            return meeting.move(plan, standing, form, now)
        case forms.AgreeDate():
            return meeting.agree_date(standing, form)
        case forms.RecordMeeting():
            return meeting.record(plan, standing, form, now)
        case forms.NextMeeting():
            return meeting.set_next(plan, standing, form, now)
        case forms.Invite():
            invited = standing.receiving_setting_invited or form.kind == "receiving_setting"
            return replace(standing, receiving_setting_invited=invited)
        case forms.Submit():
            return completing.submit(plan, standing, form, now)
        case forms.CheckTargets():
            return completing.check_targets(standing)
        case forms.RecordVoice():
            return completing.record_voice(standing)
        case forms.Sign():
            return signing.sign(plan, standing, form.by)
        case forms.ProxySign():
            return signing.sign(plan, standing, responsible(plan, Role(form.for_)))
        case forms.Return():
            return signing.send_back(plan, standing, form, now)
        case forms.SignOff():
            return signing.sign_off(plan, standing, form, now)
        case forms.Delegate():
            return standing


def _malformed(decided: Standing | list[Finding]) -> list[Finding]:
    """FORM that only the review or a section's content shows answers alone; to those whose act it is."""
    return [finding for finding in decided if finding.rule == "FORM"] if isinstance(decided, list) else []


def _not_theirs(plan: ReviewPlan, standing: Standing, form: AnyForm, situation: Situation) -> list[Finding]:
    allowed = WHO_MAY[form.action]
    if not plan.has_school_place and Role.DESIGNATED_TEACHER in allowed:
        allowed = (*allowed, Role.VIRTUAL_SCHOOL)
    if form.by not in allowed:
        return [Finding("ROLE", f"The {form.by.in_words} cannot do this; it is for {_listed(allowed)}.")]
    if isinstance(form, forms.Submit):
        return _not_their_section(plan, standing, form, situation)
    return []


def _not_their_section(plan: ReviewPlan, standing: Standing, form: forms.Submit, situation: Situation) -> list[Finding]:
    held = standing.held_on is not None
    if not completing.may_submit(plan, form.section, form.by, situation.delegated, after_meeting=held):
        words = f"The {form.section.in_words} section is not the {form.by.in_words}'s to submit."
        if form.section is Section.PREVIOUS_TARGETS and form.by is Role.SOCIAL_WORKER:
            words += " Before the meeting the designated teacher records the outcomes; after it, both do."
        if form.by is Role.PASTORAL:
            words += " The designated teacher can delegate red sections."
        return [Finding("ROLE", words)]
    return []


def _not_of_the_school(form: AnyForm, situation: Situation) -> list[Finding]:
    if not isinstance(form, forms.Delegate):
        return []
    if form.section is not None and Role.SOCIAL_WORKER in owners(form.section, after_meeting=False):
        return [Finding("FORM", f"section: only red sections are delegated; {form.section.in_words} is not one.")]
    if form.to.rpartition("@")[2].lower() in situation.school_mail_domains:
        return []
    return [Finding("FORM", "to: must have the same mail domain as the designated teacher's own address.")]


def _stale(standing: Standing, form: AnyForm) -> list[Finding]:
    if form.seen is None or form.seen >= standing.revision:
        return []
    words = f"The plan has changed since you read it (revision {form.seen}, now {standing.revision}). "
    return [Finding("STALE", words + "Read the newest version, then send yours again; nothing of yours was lost.")]


def _signal(plan: ReviewPlan, before: Standing, after: Standing, form: AnyForm) -> str | None:
    """The workflow is told when the stage, the clock or a party's part has changed, and of nothing else."""
    name = SIGNALS.get(form.action)
    if name is None:
        return "plan_changed" if next_wake(plan, before) != next_wake(plan, after) else None
    if form.action in ("submit", "check_targets", "next_meeting"):
        return name if _matters(plan, before, after) else None
    return name


def _matters(plan: ReviewPlan, before: Standing, after: Standing) -> bool:
    if (before.stage, before.signed) != (after.stage, after.signed):
        return True
    if next_wake(plan, before) != next_wake(plan, after):
        return True
    return any(owed_by(plan, before, role) and not owed_by(plan, after, role) for role in _BOTH)


def _listed(roles: tuple[Role, ...]) -> str:
    words = [f"the {role.in_words}" for role in roles]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]

"""An act is decided once: the rules, the state with every act before it, and the answer (ACTS.md).

The order of refusals is fixed: FORM, ROLE, STALE, then rows of PROCESS.md, then ORDER.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.people import Role
from contracts.review import FINAL, ReviewPlan, Section, Stage, Standing
from rules import between_meetings, case_forms, completing, forms, meeting, pausing, putting_right, signing
from rules.findings import Finding
from rules.forms import AnyForm
from rules.progress import next_wake, settled
from rules.putting_right import Mistake
from rules.sections import has_school, owners, responsible, signers
from rules.wording import listed

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
    "answer_invitation": (*_BOTH, Role.VIRTUAL_SCHOOL, Role.CARER, Role.YOUNG_PERSON),
    "raise_concern": (*_BOTH, Role.PASTORAL, Role.CARER),
    "check_in": (Role.DESIGNATED_TEACHER,),
    "apply_for_funding": _BOTH,
    "decide_funding": (Role.VIRTUAL_SCHOOL,),
    "give_views": (Role.CARER, Role.YOUNG_PERSON),
    "agree": (Role.CARER, Role.YOUNG_PERSON),
    "change_school": (Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL),
    "change_person": (Role.VIRTUAL_SCHOOL, Role.TEAM_MANAGER),
    "leave_care": (Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL),
    "review_without_meeting": (Role.VIRTUAL_SCHOOL,),
    "correct": (Role.VIRTUAL_SCHOOL,),
    "reopen": (Role.VIRTUAL_SCHOOL,),
    "pause": (Role.VIRTUAL_SCHOOL,),
    "resume": (Role.VIRTUAL_SCHOOL,),
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
    "review_without_meeting": "meeting_recorded",
}
"""How the review's workflow is told that an act changed what is waited for; any other act is `plan_changed`."""


ALWAYS_TOLD = frozenset({"arrange_meeting", "move_meeting", "record_meeting", "return", "sign_off"})
WHILE_PAUSED = frozenset(
    {"resume", "raise_concern", "check_in", "give_views", "record_voice", "apply_for_funding", "decide_funding"}
)
"""What can be done although the review's clock stands still."""
AT_ANY_STAGE = frozenset({"reopen", "decide_funding", "apply_for_funding", "correct"})
"""What can be done about a review that is over."""

_OVER = "This term's review is over; while the child is looked after, the next one opens by itself."
_OVER_FOR_GOOD = (
    "The child is no longer looked after: this review is over, and nothing is left to do. "
    "A roll says when they enter care again, and a review opens then."
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules need to know beside the review itself."""

    delegated: frozenset[Section] = frozenset()
    """The sections that the designated teacher lets pastoral staff draft."""
    school_mail_domains: frozenset[str] = frozenset()
    """Where the designated teacher's mail goes; delegates must be of the same."""
    invited: frozenset[str] = frozenset()
    """The kinds of people who were asked to the meeting beside the two parties."""
    newest_revision: int | None = None
    """The revision that the case shows, where that is another review's than the one that the act is about."""
    without_meeting: int = 0
    """How many other reviews of the academic year did without a meeting."""
    year_remainder_pence: int | None = None
    """What the year's cap leaves for this review now; None where the plan's own number holds."""
    mistake: Mistake | None = None
    """The act that a correction takes back."""
    in_care: bool = True
    """Whether the child is still looked after."""
    findings: tuple[Finding, ...] = ()
    """What only the record can show: an application, an act or a review that is not there."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new standing, and the signal for the workflow where the process must know."""

    standing: Standing
    signal: str | None


def decide(
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime, situation: Situation
) -> Accepted | list[Finding]:
    """Decide an act whose form is right. Pure: the same arguments always give the same answer."""
    if situation.year_remainder_pence is not None:
        plan = replace(plan, year_remainder_pence=situation.year_remainder_pence)
    known = _not_of_the_school(form, situation) or list(situation.findings)
    decided = known or _apply(plan, standing, form, now, situation)
    newest = standing.revision if situation.newest_revision is None else situation.newest_revision
    early = _not_theirs(plan, standing, form, situation) or _malformed(decided) or stale(form, newest)
    if early:
        return early
    if standing.stage in FINAL and form.action not in AT_ANY_STAGE:
        return [Finding("ORDER", _OVER if situation.in_care else _OVER_FOR_GOOD)]
    if standing.stage is Stage.PAUSED and form.action not in WHILE_PAUSED:
        paused = [Finding("ORDER", "The Virtual School paused this review; it has to resume first.")]
        return _rows_of(decided) or known or paused
    if isinstance(decided, list):
        return decided
    after = replace(settled(plan, decided, now), revision=standing.revision + 1, changes=standing.changes + 1)
    return Accepted(after, _signal(plan, standing, after, form))


def _apply(
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime, situation: Situation
) -> Standing | list[Finding]:
    """The act's own decision: of the meeting, of the writing and signing, or beside them."""
    decided = _at_the_meeting(plan, standing, form, now, situation)
    decided = decided if decided is not None else _in_the_plan(plan, standing, form, now)
    return decided if decided is not None else _beside_the_plan(plan, standing, form, now, situation)


def _at_the_meeting(
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime, situation: Situation
) -> Standing | list[Finding] | None:
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
            return meeting.invite(standing, form)
        case case_forms.AnswerInvitation():
            return meeting.answer(plan, standing, form, situation.invited)
    return None


def _in_the_plan(plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime) -> Standing | list[Finding] | None:
    match form:
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
    return None


def _beside_the_plan(
    plan: ReviewPlan, standing: Standing, form: AnyForm, now: datetime, situation: Situation
) -> Standing | list[Finding]:
    """What follows beside the standing (people, letters, money) is done where the act is stored."""
    match form:
        case case_forms.RaiseConcern():
            return between_meetings.raise_concern(standing, form)
        case case_forms.CheckIn():
            return between_meetings.check_in(standing, form)
        case case_forms.GiveViews():
            return between_meetings.give_views(standing, form)
        case case_forms.ReviewWithoutMeeting():
            return putting_right.without_meeting(plan, standing, situation.without_meeting, now)
        case case_forms.Correct():
            return putting_right.correct(plan, standing, situation.mistake, now)
        case case_forms.Reopen():
            return putting_right.reopen(standing, now)
        case case_forms.Pause():
            return pausing.pause(standing, now)
        case case_forms.Resume():
            return pausing.resume(plan, standing, now)
    return standing


def _rows_of(decided: Standing | list[Finding]) -> list[Finding]:
    """The rows of PROCESS.md that an act breaks, which beat ORDER."""
    return [finding for finding in decided if finding.rule != "ORDER"] if isinstance(decided, list) else []


def _malformed(decided: Standing | list[Finding]) -> list[Finding]:
    """FORM that only the review or a section's content shows answers alone; to those whose act it is."""
    return [finding for finding in decided if finding.rule == "FORM"] if isinstance(decided, list) else []


def who_may(plan: ReviewPlan, action: str) -> tuple[Role, ...]:
    """The roles that may do an act on this review."""
    if action == "sign":
        return signers(plan)
    allowed = WHO_MAY[action]
    if not has_school(plan) and Role.DESIGNATED_TEACHER in allowed:
        allowed = (*allowed, Role.VIRTUAL_SCHOOL)
    return allowed


def _not_theirs(plan: ReviewPlan, standing: Standing, form: AnyForm, situation: Situation) -> list[Finding]:
    allowed = who_may(plan, form.action)
    if form.by not in allowed:
        if isinstance(form, forms.Sign) and form.by is Role.DESIGNATED_TEACHER:
            return [Finding("ROLE", _why_not_the_teacher(plan))]
        return [not_for(form.by, allowed)]
    if isinstance(form, forms.Submit):
        return _not_their_section(plan, standing, form, situation)
    return []


def _why_not_the_teacher(plan: ReviewPlan) -> str:
    """The designated teacher always signs, but where no school can."""
    closed = "The school is closed until after this plan is due"
    why = closed if plan.has_school_place else "The child has no school place"
    return f"{why}: the Virtual School signs in the designated teacher's place, so nothing is asked of you."


def _not_their_section(plan: ReviewPlan, standing: Standing, form: forms.Submit, situation: Situation) -> list[Finding]:
    held = standing.held_on is not None
    if not completing.may_submit(plan, form.section, form.by, situation.delegated, after_meeting=held):
        theirs = tuple(responsible(plan, owner) for owner in owners(form.section, after_meeting=held))
        words = f"The {form.section.in_words} section is not the {form.by.in_words}'s to submit"
        words += f"; it is for {_listed(theirs)}."
        if form.section is Section.PREVIOUS_TARGETS and form.by is Role.SOCIAL_WORKER:
            words += " Before the meeting the designated teacher records the outcomes; after it, both do."
        if form.by is Role.PASTORAL:
            words += " The designated teacher can delegate red sections."
        return [Finding("ROLE", words)]  # A2
    return []


def _not_of_the_school(form: AnyForm, situation: Situation) -> list[Finding]:
    if not isinstance(form, forms.Delegate):
        return []
    if form.section is not None and Role.SOCIAL_WORKER in owners(form.section, after_meeting=False):
        return [Finding("FORM", f"section: only red sections are delegated; {form.section.in_words} is not one.")]
    if form.to.rpartition("@")[2].lower() in situation.school_mail_domains:
        return []
    return [Finding("FORM", "to: must have the same mail domain as the designated teacher's own address.")]


def stale(form: AnyForm, newest: int) -> list[Finding]:
    """Whether somebody acts on an older revision than the newest; who does not say what they read is not asked."""
    if form.seen is None or form.seen >= newest:
        return []
    words = f"The plan has changed since you read it (revision {form.seen}, now {newest}). "
    return [Finding("STALE", words + "Read the newest version, then send yours again; nothing of yours was lost.")]


def _signal(plan: ReviewPlan, before: Standing, after: Standing, form: AnyForm) -> str | None:
    """Dates, meetings, returns and sign-offs are always told. The rest is, once it changes the stage or the clock: who
    of two signed first is in the record, and changes nothing that the process waits for (docs/economy.md).
    """
    matters = (before.stage, next_wake(plan, before)) != (after.stage, next_wake(plan, after))
    if form.action in ALWAYS_TOLD or matters:
        return SIGNALS.get(form.action, "plan_changed")
    return None


def not_for(by: Role, allowed: tuple[Role, ...]) -> Finding:
    """Why a role cannot do an act, and whose it is."""
    return Finding("ROLE", f"The {by.in_words} cannot do this; it is for {_listed(allowed)}.")


def _listed(roles: tuple[Role, ...]) -> str:
    return listed([f"the {role.in_words}" for role in roles], "or")

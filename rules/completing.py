"""Writing the plan: who may submit what, and when (PROCESS.md A2, A3, B5-B11, B13-B15, M5)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.clock import london_date
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, ReviewPlan, Section, Stage, Standing, Submitted
from rules.contents import GrantContent, PreviousTargetsContent, TargetsContent, read_content
from rules.findings import Finding
from rules.forms import Submit
from rules.grant import faults_of_grant
from rules.meeting import Decided
from rules.outcomes import faults_of_outcomes
from rules.progress import moment
from rules.sections import is_needed, owners, responsible
from rules.targets import faults_of_targets

_NOT_NEEDED = {
    Section.GRANT: "This child is not eligible for the grant, so this plan has no grant section: leave it out.",
    Section.PREVIOUS_TARGETS: "This is the child's first plan, so there are no previous targets: leave them out.",
    Section.TRANSITION: "This plan has no transition section: pre-school, Y6 and Y11 have one in terms 2 and 3.",
}
"""Why a plan does not have a section."""


def may_submit(
    plan: ReviewPlan, section: Section, by: Role, delegated: frozenset[Section], *, after_meeting: bool
) -> bool:
    """The section's owner, or pastoral staff for a red section that the designated teacher delegated."""
    owned_by = owners(section, after_meeting=after_meeting)
    if by in [responsible(plan, owner) for owner in owned_by]:
        return True
    return by is Role.PASTORAL and Role.SOCIAL_WORKER not in owned_by and section in delegated


def submit(plan: ReviewPlan, standing: Standing, form: Submit, now: datetime) -> Decided:
    """A new version of one section. Any change of content voids the signatures that were given (A4)."""
    content = read_content(form.section, form.content)
    if isinstance(content, list):
        return content
    if not is_needed(plan, form.section):  # no rule about its content concerns this child
        return [Finding("ORDER", _NOT_NEEDED[form.section])]
    findings = _faults_of_content(plan, standing, content, now)
    if findings:
        return findings
    if standing.stage not in BEFORE_THE_MEETING | BEING_COMPLETED:
        words = "The plan is signed and with the Virtual School, or done: ask the Virtual School to return the part."
        return [Finding("ORDER", words)]
    standing = _with_new_version(plan, standing, form, now)
    if isinstance(content, GrantContent):
        standing = replace(standing, grant_pence=sum(line.pence for line in content.lines))
    return standing


def faults_as_it_stands(
    plan: ReviewPlan, standing: Standing, section: Section, content: dict[str, Any], now: datetime
) -> list[Finding]:
    """What a section would be refused with, were it submitted as it is typed now: help before the refusal."""
    read = read_content(section, content)
    return read if isinstance(read, list) else _faults_of_content(plan, standing, read, now)


def check_targets(standing: Standing) -> Decided:
    """The designated teacher has checked what pastoral staff drafted (B14)."""
    drafted = any(one.section is Section.TARGETS for one in standing.submitted)
    if not drafted or standing.stage not in BEFORE_THE_MEETING | BEING_COMPLETED:
        return [Finding("ORDER", "There are no targets to check at this stage.")]
    return replace(standing, targets_checked=True)


def record_voice(standing: Standing) -> Decided:
    """A voice that was heard after the meeting counts too (B9)."""
    stage = standing.paused_from or standing.stage  # a child is heard while the clock stands still as well
    if stage not in BEFORE_THE_MEETING | BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}:
        return [Finding("ORDER", "This term's plan is done: keep the child's words for the next one.")]
    return replace(standing, voice_heard=True)


def _faults_of_content(plan: ReviewPlan, standing: Standing, content: object, now: datetime) -> list[Finding]:
    if isinstance(content, TargetsContent):
        return faults_of_targets(plan, standing, content, london_date(now))
    if isinstance(content, GrantContent):
        return faults_of_grant(plan, standing, content)
    if isinstance(content, PreviousTargetsContent):
        return faults_of_outcomes(content, after_meeting=standing.held_on is not None)
    return []


def _with_new_version(plan: ReviewPlan, standing: Standing, form: Submit, now: datetime) -> Standing:
    role = responsible(plan, Role.DESIGNATED_TEACHER) if form.by is Role.PASTORAL else form.by
    version = Submitted(form.section, role, standing.revision + 1, after_meeting=standing.held_on is not None)
    others = tuple(one for one in standing.submitted if (one.section, one.role) != (form.section, role))
    returned = tuple(one for one in standing.returned if (one.section, one.role) != (form.section, role))
    checked = form.by is not Role.PASTORAL if form.section is Section.TARGETS else standing.targets_checked
    standing = replace(standing, submitted=(*others, version), returned=returned, targets_checked=checked)
    if not standing.signed:
        return standing
    asked = moment(standing, now)
    return replace(standing, signed=(), asked_at=asked, clock_from=asked)

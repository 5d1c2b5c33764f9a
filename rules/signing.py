"""Both parties sign, then the Virtual School signs off or returns parts (PROCESS.md A4, A7, A8, B3, B9, B14, M5)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from contracts.people import Role, named
from contracts.review import (
    BEING_COMPLETED,
    GrantState,
    ReviewPlan,
    Section,
    Stage,
    Standing,
    Submitted,
)
from rules.findings import Finding
from rules.forms import Return, SignOff
from rules.grant import brings_no_more, grant_after_sign_off, pounds
from rules.meeting import Decided
from rules.missing import missing_parts
from rules.progress import moment
from rules.sections import is_needed, owners, prepares_transition, responsible, signers
from rules.wording import listed


def sign(plan: ReviewPlan, standing: Standing, role: Role) -> Decided:
    """A signature, own or by proxy. Refused while targets are unchecked (B14) or the next date is not set (A5)."""
    if role not in signers(plan):
        words = f"for: by this authority's policy the {role.in_words} does not sign; {named(signers(plan))} do."
        return [Finding("FORM", words)]
    findings = [*_unchecked_targets(standing), *_no_next_date(standing)]
    if findings:
        return findings
    if standing.stage is not Stage.SIGNING:
        return [Finding("ORDER", _why_not_signing(plan, standing))]
    if role in standing.signed:
        return [Finding("ORDER", f"The {role.in_words} has signed this version already; nothing is left to do.")]
    return replace(standing, signed=(*standing.signed, role))


def send_back(plan: ReviewPlan, standing: Standing, form: Return, now: datetime) -> Decided:
    """The Virtual School returns single parts; every signature is given again (A4)."""
    sections = {part: _section_of(part) for part in form.parts}
    unknown = [part for part, section in sections.items() if section is None or not is_needed(plan, section)]
    if unknown:
        words = f"parts: no part of this plan is called {', '.join(unknown)}; name a section."
        return [Finding("FORM", words, recorded="parts: not every one is a part of this plan; name a section.")]
    if standing.stage is not Stage.VIRTUAL_SCHOOL:
        return [
            Finding(
                "ORDER", "Only a plan that waits for the Virtual School's sign-off can be returned; this one does not."
            )
        ]
    returned = tuple(
        Submitted(section, responsible(plan, owner), standing.revision)
        for section in dict.fromkeys(section for section in sections.values() if section is not None)
        for owner in owners(section)
    )
    at = moment(standing, now)
    return replace(
        standing,
        returned=returned,
        returned_at=at,
        reopened=False,
        signed=(),
        paused_since_signing=0,
        extended_since_signing=0,
        clock_from=at,
    )


def sign_off(plan: ReviewPlan, standing: Standing, form: SignOff, now: datetime) -> Decided:
    """The Virtual School's final sign-off, which alone releases the grant (A7, A8)."""
    if standing.stage not in BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL} and standing.held_on is not None:
        return [Finding("ORDER", "The Virtual School has signed off already; nothing is left to do.")]
    if standing.stage in (Stage.CLOSED, Stage.MISSED):
        return [Finding("ORDER", "This review is over; there is nothing to sign off.")]
    excepted = {exception.rule for exception in form.exceptions}
    findings = [finding for finding in blocks_sign_off(plan, standing) if finding.rule not in excepted]
    if findings:
        return findings
    grant = grant_after_sign_off(plan, standing)
    stage = Stage.PAYING if grant is GrantState.RELEASING else Stage.IN_FORCE
    since = moment(standing, now)
    return replace(standing, stage=stage, since=since, grant=grant, clock_from=since)


def blocks_sign_off(plan: ReviewPlan, standing: Standing) -> Iterator[Finding]:
    """What stands between a plan and its sign-off, each by its rule: B3 and B9 can be excepted, nothing else can.

    The plan's `year_remainder_pence` has to be what is left now (casework/year_cap.py).
    """
    unsigned = [role for role in signers(plan) if role not in standing.signed]
    if unsigned or standing.returned:
        yield Finding("A7", f"The final sign-off comes last: {_who_signs(plan, unsigned)} must sign first.")
    if prepares_transition(plan) and not standing.receiving_setting_invited:
        words = "Staff of the receiving school or college were not invited: invite them, or give an exception's reason."
        yield Finding("B3", words)
    if not standing.voice_heard:
        words = "The child's voice was not heard: record what the child said, or give an exception with its reason."
        yield Finding("B9", words)
    yield from _unchecked_targets(standing)
    if plan.grant_eligible and not standing.grant_agreed:
        words = "The meeting did not agree the use of the grant: record the agreement before it can be released."
        yield Finding("M5", words)
    if not brings_no_more(standing) and standing.grant_pence > plan.year_remainder_pence:
        asked, left = pounds(standing.grant_pence), pounds(plan.year_remainder_pence)
        words = f"The plan asks for {asked}, but {left} is left for this academic year: return the grant section."
        yield Finding("M5", words)


def _who_signs(plan: ReviewPlan, unsigned: list[Role]) -> str:
    """Who still has to sign; after a return everybody. The Virtual School signs here in the teacher's place."""
    place = {Role.VIRTUAL_SCHOOL: " in the designated teacher's place"}
    return listed([f"the {role.in_words}{place.get(role, '')}" for role in unsigned or signers(plan)])


def _unchecked_targets(standing: Standing) -> Iterator[Finding]:
    drafted = any(one.section is Section.TARGETS for one in standing.submitted)
    if drafted and not standing.targets_checked:
        words = "Pastoral staff drafted the targets: the designated teacher must check them first."
        yield Finding("B14", words)


def _no_next_date(standing: Standing) -> Iterator[Finding]:
    if not standing.next_meeting_settled:
        words = "The next meeting is not set: the social worker sets it before anyone signs."
        yield Finding("A5", words)


def _why_not_signing(plan: ReviewPlan, standing: Standing) -> str:
    if standing.stage in BEING_COMPLETED:
        missing = missing_parts(plan, standing)
    elif standing.held_on is None:
        return "The plan cannot be signed yet: the meeting is not recorded."
    else:
        return "The plan is signed and with the Virtual School already; nothing is left to sign."
    return "The plan cannot be signed yet. " + " ".join(part.sentence for part in missing)


def _section_of(part: str) -> Section | None:
    """A section by its name; `target:2` is part of the targets."""
    if part in ("target:1", "target:2", "target:3"):
        return Section.TARGETS
    return Section(part) if part in list(Section) else None

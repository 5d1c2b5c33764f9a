"""Letters put into the outbox: one row a reader, addressed by role at the time of writing (PROCESS.md, People)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import ReviewPlan, Standing
from rules.deadlines import deadlines
from rules.ladder import REPORTS, Kind, Step
from rules.missing import missing_parts
from store.cases import addresses_by_role
from store.letters import NewLetter, add_letters
from store.tables import Attendee, Case

_STAND_IN = (Role.TEAM_MANAGER, Role.VIRTUAL_SCHOOL)
"""Who gets a letter whose reader has no address: the team manager, then the Virtual School (ACTS.md)."""


async def put_in_outbox(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, steps: tuple[Step, ...], now: datetime
) -> None:
    """One row for each reader of each step of the ladder. A step that was written before is not written again.

    A step whose hour is still to come leaves then, if it is still true.
    """
    known = await addresses_by_role(session, case) if steps else {}
    letters: list[NewLetter] = []
    for step in steps:
        facts = _facts(plan, standing, step)
        written = _Written(step.kind, step.role, step.name, facts, step.level)
        letters += _letters(case, plan, written, readers(known, step.role), now, step.at)
    await add_letters(session, letters)


@dataclass(frozen=True, slots=True)
class Report:
    """A letter that reports an act, outside the ladder.

    `occasion` names it within the review: the same occasion writes a letter to a reader once. `facts` are references,
    dates and sums (activities/letter_facts.py), never words that somebody typed.
    """

    kind: Kind
    occasion: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    level: int | None = None


async def put_letter(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    standing: Standing,
    report: Report,
    role: Role,
    now: datetime,
) -> None:
    """Write a report to everybody who plays a role on the case; without anybody, to those who stand in for them."""
    written = _written(plan, standing, report, role)
    found = readers(await addresses_by_role(session, case), role)
    await add_letters(session, _letters(case, plan, written, found, now, now))


async def put_letter_to(
    session: AsyncSession,
    case: Case,
    plan: ReviewPlan,
    standing: Standing,
    report: Report,
    invited: Attendee,
    now: datetime,
) -> None:
    """Write a report to somebody who was invited and has no role on the case; nothing without an address."""
    found = [invited.email] if invited.email else []
    written = _written(plan, standing, report, invited.kind)
    await add_letters(session, _letters(case, plan, written, (invited.kind, found), now, now))


@dataclass(frozen=True, slots=True)
class _Written:
    kind: Kind
    meant_for: str
    step: str
    facts: dict[str, Any]
    level: int | None = None


def _written(plan: ReviewPlan, standing: Standing, report: Report, meant_for: str) -> _Written:
    facts = {**_facts_of(plan, standing), **report.facts}
    return _Written(report.kind, meant_for, REPORTS + report.occasion, facts, report.level)


def _letters(
    case: Case,
    plan: ReviewPlan,
    written: _Written,
    readers: tuple[str, list[str]],
    now: datetime,
    send_at: datetime,
) -> list[NewLetter]:
    role, found = readers
    return [
        NewLetter(
            review_id=plan.review_id,
            case_id=case.id,
            kind=written.kind,
            role=role,
            intended_role=written.meant_for,
            step=written.step,
            level=written.level,
            facts=written.facts,
            address=address,
            message_id=f"<{secrets.token_hex(16)}@pep.invalid>",
            dated=max(now, send_at),
        )
        for address in found
    ]


def readers(known: Mapping[str, list[str]], role: Role) -> tuple[str, list[str]]:
    """Who gets what is meant for a role, and as what: those who play it, or else those who stand in for them.

    `known` are the addresses by role.
    """
    for candidate in (role, *_STAND_IN):
        if candidate in known:
            return candidate, known[candidate]
    return role, []


def _facts(plan: ReviewPlan, standing: Standing, step: Step) -> dict[str, Any]:
    """What a letter of the ladder says, fixed when it is written: dates, parts and roles by name, sums; no words."""
    everyones = step.kind in (Kind.COMPLETION_OVERDUE, Kind.ESCALATION)
    parts = missing_parts(plan, standing)
    own = [part for part in parts if part.role is step.role]
    facts = _facts_of(plan, standing)
    facts["missing"] = [[str(part.part), part.role.value] for part in (own if own or not everyones else parts)]
    if step.kind is Kind.INVITATION:
        facts |= {"sequence": standing.meeting_sequence, "time": standing.meeting_time}
    if step.kind is Kind.GRANT_RELEASED:
        facts["pence"] = standing.grant_pence
    return facts


def _facts_of(plan: ReviewPlan, standing: Standing) -> dict[str, Any]:
    dates = {deadline.name: deadline.on.isoformat() for deadline in deadlines(plan, standing)}
    first_plan, eligible = plan.initial is not None, plan.grant_eligible
    return {"dates": dates, "missing": [], "grant_eligible": eligible, "first_plan": first_plan}

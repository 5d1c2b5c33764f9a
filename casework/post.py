"""Letters put into the outbox: one row a reader, addressed by role at the time of writing (PROCESS.md, People)."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import ReviewPlan, Standing
from rules.deadlines import deadlines
from rules.ladder import Kind, Step
from rules.missing import missing_parts
from store.cases import addresses
from store.letters import NewLetter, add_letter
from store.tables import Case

_STAND_IN = (Role.TEAM_MANAGER, Role.VIRTUAL_SCHOOL)
"""Who gets a letter whose reader has no address: the team manager, then the Virtual School (ACTS.md)."""


async def put_in_outbox(
    session: AsyncSession, case: Case, plan: ReviewPlan, standing: Standing, steps: tuple[Step, ...], now: datetime
) -> None:
    """One row for each reader of each step. A step that was written before is not written again."""
    for step in steps:
        role, found = await _readers(session, case, step.role)
        for address in found:
            letter = NewLetter(
                review_id=plan.review_id,
                case_id=case.id,
                kind=step.kind,
                role=role,
                intended_role=step.role,
                step=step.name,
                level=step.level,
                facts=_facts(plan, standing, step),
                address=address,
                message_id=f"<{secrets.token_hex(16)}@pep.invalid>",
                dated=now,
            )
            await add_letter(session, letter)


async def _readers(session: AsyncSession, case: Case, role: Role) -> tuple[Role, list[str]]:
    for candidate in (role, *_STAND_IN):
        found = await addresses(session, case, candidate)
        if found:
            return candidate, found
    return role, []


def _facts(plan: ReviewPlan, standing: Standing, step: Step) -> dict[str, Any]:
    """What the letter says, fixed when it is written: dates, parts and roles by name, sums; no words of anybody."""
    everyones = step.kind in (Kind.COMPLETION_OVERDUE, Kind.ESCALATION)
    parts = missing_parts(plan, standing)
    own = [part for part in parts if part.role is step.role]
    facts: dict[str, Any] = {
        "dates": {deadline.name: deadline.on.isoformat() for deadline in deadlines(plan, standing)},
        "missing": [[str(part.part), part.role.value] for part in (own if own or not everyones else parts)],
    }
    if step.kind is Kind.INVITATION:
        facts |= {"sequence": standing.meeting_sequence, "time": standing.meeting_time}
    if step.kind is Kind.GRANT_RELEASED:
        facts["pence"] = standing.grant_pence
    return facts

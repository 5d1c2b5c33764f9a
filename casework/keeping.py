"""Keeping a review: its standing, and in the case's history every change in the words of the field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import review_workflow_id
from contracts.review import FINAL, Deadline, ReviewPlan, Stage, Standing
from rules.deadlines import deadlines
from rules.grant import late_grant_in_words
from rules.missing import held_by, missing_parts
from rules.progress import next_wake
from store.events import add_event
from store.messages import add_destination, close_destination
from store.reviews import add_review, keep_plan, keep_standing


@dataclass(frozen=True, slots=True)
class Happening:
    """When something happened and who did it: a role, or `clock`."""

    at: datetime
    by: str


async def keep_opened(session: AsyncSession, plan: ReviewPlan, standing: Standing, happening: Happening) -> None:
    """A review opens: its row, its workflow's destination, its first deadlines."""
    await add_review(session, plan, standing, next_wake(plan, standing))
    await add_destination(session, review_workflow_id(plan.review_id))
    add_event(session, plan.case_id, plan.review_id, happening.at, "opened", happening.by, **_for_reports(plan))
    _tell_stage(session, plan, standing, happening)
    _tell_deadlines(session, plan, [], deadlines(plan, standing), happening)


async def keep_changed(
    session: AsyncSession,
    plan: ReviewPlan,
    before: Standing,
    after: Standing,
    happening: Happening,
    *,
    plan_before: ReviewPlan | None = None,
) -> None:
    """A review changed: its row, and a line for a new stage and for every deadline that is new or moved.

    `plan_before` is given where the plan is a new version.
    """
    if plan_before is not None:
        await keep_plan(session, plan)
        if plan.last_day != plan_before.last_day:
            ends_on = plan.last_day.isoformat()
            add_event(session, plan.case_id, plan.review_id, happening.at, "term_moved", happening.by, ends_on=ends_on)
    await keep_standing(session, plan, after, next_wake(plan, after))
    if after.stage is not before.stage:
        _tell_stage(session, plan, after, happening)
    if after.unfinished and not before.unfinished:
        _tell_unfinished(session, plan, after, happening)
    _tell_deadlines(session, plan, deadlines(plan_before or plan, before), deadlines(plan, after), happening)
    if (after.stage in FINAL) != (before.stage in FINAL):
        await close_destination(session, review_workflow_id(plan.review_id), closed=after.stage in FINAL)


def _tell_unfinished(session: AsyncSession, plan: ReviewPlan, standing: Standing, happening: Happening) -> None:
    """The term is over: what was missing then, and what happens to the grant (PROCESS.md, Edge cases)."""
    missing = [[str(part.part), part.role.value] for part in missing_parts(plan, standing)]
    facts = {"missing": missing, "grant": late_grant_in_words(plan)}
    add_event(session, plan.case_id, plan.review_id, happening.at, "unfinished", happening.by, **facts)


def _for_reports(plan: ReviewPlan) -> dict[str, Any]:
    """What reports count a review by for ever, as it was when it opened (docs/adr/0012)."""
    return {
        "ends_on": plan.last_day.isoformat(),
        "year_group": plan.year_group,
        "eligible": plan.grant_eligible,
        "year_cap_pence": plan.policy.year_cap_pence,
        "first_by": plan.initial.available_on.isoformat() if plan.initial else None,
    }


def holders(plan: ReviewPlan, standing: Standing) -> list[str]:
    """Who holds the review, as the history keeps it: reports count their days, whatever later rules would say."""
    return [role.value for role in held_by(plan, standing)]


def _tell_stage(session: AsyncSession, plan: ReviewPlan, standing: Standing, happening: Happening) -> None:
    stage, facts = standing.stage, {"stage": standing.stage.value, "holds": holders(plan, standing)}
    add_event(session, plan.case_id, plan.review_id, happening.at, "stage", happening.by, **facts)
    if stage is Stage.MISSED:
        why = f"The {plan.term.label} is over and no meeting was held."
        add_event(session, plan.case_id, plan.review_id, happening.at, "missed", happening.by, why=why)
    if stage is Stage.CLOSED:
        add_event(session, plan.case_id, plan.review_id, happening.at, "closed", happening.by)


def _tell_deadlines(
    session: AsyncSession, plan: ReviewPlan, before: list[Deadline], after: list[Deadline], happening: Happening
) -> None:
    known = {(deadline.name, deadline.on) for deadline in before}
    for deadline in after:
        if (deadline.name, deadline.on) not in known:
            add_event(
                session,
                plan.case_id,
                plan.review_id,
                happening.at,
                "deadline",
                happening.by,
                name=deadline.name,
                on=deadline.on.isoformat(),
                until=deadline.until.isoformat(),
                sentence=deadline.sentence,
                calendar=f"{plan.calendar.code} version {plan.calendar.version}",
            )

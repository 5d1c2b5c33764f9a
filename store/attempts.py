"""Attempts of activities: the failures, and the success that ended them. Nothing of anybody is in them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from store.watch_tables import Attempt


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """An attempt as it is noted; the columns are explained in store/watch_tables.py."""

    at: datetime
    workflow_id: str
    run_id: str
    activity_type: str
    activity_id: str
    attempt: int
    at_once: bool
    succeeded: bool
    error_type: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Failing:
    """An activity whose attempts have failed and of which no success is known."""

    workflow_id: str
    run_id: str
    activity_id: str
    activity_type: str
    attempt: int
    """Of the newest failure."""
    error_type: str
    message: str
    since: datetime
    """The first failure, as far as one looked back."""
    last: datetime


async def note_attempt(session: AsyncSession, noted: NewAttempt) -> None:
    await session.execute(insert(Attempt).values(**asdict(noted)))


async def failing_activities(session: AsyncSession, since: datetime) -> list[Failing]:
    """Activities that have failed after an instant (UTC) and did not succeed: of each the newest failure."""
    step = (Attempt.workflow_id, Attempt.run_id, Attempt.activity_id)
    newest_first = (Attempt.at.desc(), Attempt.id.desc())
    rows = (
        select(
            Attempt,
            func.row_number().over(partition_by=step, order_by=newest_first).label("place"),
            func.min(Attempt.at).over(partition_by=step).label("since"),
            func.bool_or(Attempt.succeeded).over(partition_by=step).label("done"),
        )
        .where(Attempt.at > since, ~Attempt.at_once)
        .subquery()
    )
    newest = select(rows).where(rows.c.place == 1, ~rows.c.done).order_by(rows.c.at)
    return [
        Failing(
            row.workflow_id, row.run_id, row.activity_id, row.activity_type, row.attempt,
            row.error_type or "", row.message or "", row.since, row.at,
        )
        for row in (await session.execute(newest)).all()
    ]  # fmt: skip


async def succeeded_steps(session: AsyncSession, steps: Collection[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Which of these activities, each by workflow, run and activity id, were seen to succeed after failures."""
    if not steps:
        return set()
    key = (Attempt.workflow_id, Attempt.run_id, Attempt.activity_id)
    rows = await session.execute(select(*key).where(Attempt.succeeded, tuple_(*key).in_(list(steps))).distinct())
    return {(workflow_id, run_id, activity_id) for workflow_id, run_id, activity_id in rows.all()}


async def forget_attempts(session: AsyncSession, before: datetime) -> None:
    """Delete what was noted before an instant."""
    await session.execute(delete(Attempt).where(Attempt.at < before))


async def newest_of(session: AsyncSession, steps: Collection[tuple[str, str]]) -> dict[tuple[str, str], Attempt]:
    """The newest attempt that was kept of each step: a workflow's id, and an activity's id or the name of its type.

    Those inside a workflow task are left out: what fails there goes on as an activity.
    """
    workflows = {workflow_id for workflow_id, _ in steps}
    query = select(Attempt).where(Attempt.workflow_id.in_(workflows), Attempt.at_once.is_(False))
    found: dict[tuple[str, str], Attempt] = {}
    for attempt in (await session.execute(query.order_by(Attempt.at, Attempt.id))).scalars():
        for name in (attempt.activity_id, attempt.activity_type):
            if (attempt.workflow_id, name) in steps:
                found[attempt.workflow_id, name] = attempt
    return found

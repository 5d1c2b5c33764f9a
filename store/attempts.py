"""Attempts of activities: the failures, and the success that ended them. Nothing of anybody is in them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
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
class Step:
    """A step of a workflow: `name` is its activity's id or type; in one run, or in whichever where `run_id` is None."""

    workflow_id: str
    run_id: str | None
    name: str


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


async def newest_of(session: AsyncSession, steps: Collection[Step], since: datetime) -> dict[Step, Attempt]:
    """The newest attempt of each step that was kept after an instant (UTC), where there is one.

    Those inside a workflow task are left out: what fails there goes on as an activity.
    """
    if not steps:
        return {}
    of = (Attempt.workflow_id, Attempt.run_id, Attempt.activity_id)
    workflows = {step.workflow_id for step in steps}
    query = select(Attempt).where(Attempt.workflow_id.in_(workflows), Attempt.at > since, ~Attempt.at_once)
    rows = (
        await session.execute(query.ext(distinct_on(*of)).order_by(*of, Attempt.at.desc(), Attempt.id.desc()))
    ).scalars()
    found: dict[Step, Attempt] = {}
    for attempt in sorted(rows, key=lambda row: (row.at, row.id)):
        found |= dict.fromkeys(_names_of(attempt) & set(steps), attempt)
    return found


def _names_of(attempt: Attempt) -> set[Step]:
    names, runs = (attempt.activity_id, attempt.activity_type), (attempt.run_id, None)
    return {Step(attempt.workflow_id, run, name) for run in runs for name in names}

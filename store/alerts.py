"""The outbox of alerts: one row for each event of a problem and each channel; the watch sends them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.alerts import AlertKind, AlertState, Channel
from contracts.problems import ProblemKind, ProblemState
from store.watch_tables import Alert, Finding, ProblemRow


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert that was not sent yet, and its problem as it is now."""

    id: int
    kind: AlertKind
    at: datetime
    attempts: int
    next_try_at: datetime
    problem_id: int
    problem_kind: ProblemKind
    problem_state: ProblemState
    step: str
    error_type: str
    children: int
    things: int
    pence: int


async def tell_of_problem(session: AsyncSession, problem_id: int, kind: AlertKind, now: datetime) -> None:
    """Have people told of a problem that is new, came back, or (for a service that had stopped) is resolved.

    Call it in the transaction that changes the problem, after `times_back` was counted up. The same event is told once,
    however often this is called; nothing is told of a problem on hold. Raises NoResultFound for no problem.
    """
    found = select(ProblemRow.kind, ProblemRow.state, ProblemRow.times_back).where(ProblemRow.id == problem_id)
    problem_kind, state, times_back = (await session.execute(found)).one()
    if state == ProblemState.ON_HOLD or (kind is AlertKind.RESOLVED and problem_kind != ProblemKind.SERVICE_STOPPED):
        return
    rows: list[dict[str, Any]] = [
        {
            "key": f"{problem_id}.{times_back}:{kind}:{channel}",
            "kind": kind.value,
            "problem_id": problem_id,
            "facts": {},
            "channel": channel.value,
            "at": now,
            "attempts": 0,
            "next_try_at": now,
            "state": AlertState.WAITING.value,
        }
        for channel in Channel
    ]
    await session.execute(insert(Alert).on_conflict_do_nothing(index_elements=[Alert.key]), rows)


async def waiting_alerts(session: AsyncSession, channel: Channel) -> list[WaitingAlert]:
    """What was not sent yet on a channel, the oldest first, each with what its problem holds up now."""
    still = (
        select(
            Finding.problem_id,
            func.count(distinct(Finding.case_id)).label("children"),
            func.count().label("things"),
            func.coalesce(func.sum(Finding.pence), 0).label("pence"),
        )
        .where(Finding.gone_at.is_(None))
        .group_by(Finding.problem_id)
        .subquery()
    )
    rows = await session.execute(
        select(Alert, ProblemRow, still.c.children, still.c.things, still.c.pence)
        .join(ProblemRow, ProblemRow.id == Alert.problem_id)
        .outerjoin(still, still.c.problem_id == ProblemRow.id)
        .where(Alert.channel == channel.value, Alert.state == AlertState.WAITING.value)
        .order_by(Alert.at, Alert.id)
    )
    return [_waiting(alert, problem, *held) for alert, problem, *held in rows]


def _waiting(
    alert: Alert, problem: ProblemRow, children: int | None, things: int | None, pence: int | None
) -> WaitingAlert:
    return WaitingAlert(
        id=alert.id,
        kind=AlertKind(alert.kind),
        at=alert.at,
        attempts=alert.attempts,
        next_try_at=alert.next_try_at,
        problem_id=problem.id,
        problem_kind=ProblemKind(problem.kind),
        problem_state=ProblemState(problem.state),
        step=problem.step,
        error_type=problem.error_type,
        children=children or 0,
        things=things or 0,
        pence=int(pence or 0),
    )


async def messages_since(session: AsyncSession, channel: Channel, since: datetime) -> list[datetime]:
    """When messages went out on a channel after an instant; one message may have carried several alerts."""
    sent = (
        select(Alert.settled_at)
        .distinct()
        .where(Alert.channel == channel.value, Alert.state == AlertState.SENT.value, Alert.settled_at > since)
    )
    return sorted(at for at in (await session.execute(sent)).scalars() if at is not None)


async def settle_alerts(session: AsyncSession, ids: Collection[int], state: AlertState, now: datetime) -> None:
    """Say what became of alerts, for good."""
    await session.execute(update(Alert).where(Alert.id.in_(ids)).values(state=state.value, settled_at=now))


async def put_off_alerts(session: AsyncSession, ids: Sequence[int], until: datetime) -> None:
    """Count an attempt that failed; the next is not before `until`."""
    values = {"attempts": Alert.attempts + 1, "next_try_at": until}
    await session.execute(update(Alert).where(Alert.id.in_(ids)).values(values))

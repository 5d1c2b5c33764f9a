"""Problems and findings: what the watch sees stuck, as it keeps it (watch/keeping.py decides)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import GoneBecause, ProblemKind, ProblemState
from store.watch_tables import Finding, ProblemRow

_FOLDS = 7_374_005
"""Any fixed number: the family of PostgreSQL's advisory locks for folding; the kind of problem is the other half."""
ON_HOLD = "on_hold"
"""The fact of a finding that says whether an operator holds it."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that a look sees stuck."""

    kind: ProblemKind
    subject: str
    """As `findings.subject` says."""
    step: str
    error_type: str
    seen_at: datetime
    """When it was so (UTC); a verdict that is later than that stands."""
    message: str = ""
    case_id: str | None = None
    workflow_id: str | None = None
    run_id: str | None = None
    pence: int = 0
    next_try_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Numbers, states and instants as texts; nothing about anybody."""


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is not gone, with the problem that it is of."""

    id: int
    problem_id: int
    step: str
    error_type: str
    message: str
    subject: str
    case_id: str | None
    workflow_id: str | None
    run_id: str | None
    pence: int
    next_try_at: datetime | None
    facts: dict[str, Any]
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings of a problem are open, and how many of those are on hold."""

    still: int = 0
    held: int = 0

    @property
    def all_held(self) -> bool:
        return 0 < self.still == self.held


async def one_fold_at_a_time(session: AsyncSession, kind: ProblemKind) -> None:
    """Wait until nobody else keeps what is seen of this kind; ends with the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(_FOLDS, func.hashtext(kind.value))))


async def open_findings(session: AsyncSession, kind: ProblemKind) -> list[OpenFinding]:
    """What is stuck of a kind, the oldest first."""
    query = (
        select(
            Finding.id, Finding.problem_id, ProblemRow.step, ProblemRow.error_type, ProblemRow.message,
            Finding.subject, Finding.case_id, Finding.workflow_id, Finding.run_id, Finding.pence,
            Finding.next_try_at, Finding.facts, Finding.first_seen,
        )
        .join(ProblemRow, ProblemRow.id == Finding.problem_id)
        .where(ProblemRow.kind == kind.value, Finding.gone_at.is_(None))
        .order_by(Finding.id)
    )  # fmt: skip
    return [OpenFinding(**row._mapping) for row in (await session.execute(query)).all()]


async def stuck_workflows(session: AsyncSession, kinds: Iterable[ProblemKind]) -> set[str]:
    """The workflows of which something of these kinds is stuck."""
    query = select(Finding.workflow_id).join(ProblemRow, ProblemRow.id == Finding.problem_id)
    of_kinds = ProblemRow.kind.in_([kind.value for kind in kinds])
    rows = await session.execute(query.where(of_kinds, Finding.gone_at.is_(None), Finding.workflow_id.is_not(None)))
    return {one for one in rows.scalars() if one is not None}


async def last_gone(session: AsyncSession, kind: ProblemKind, subjects: Collection[str]) -> dict[str, datetime]:
    """When each of these things was last seen to be stuck no longer."""
    query = select(Finding.subject, func.max(Finding.gone_at)).join(ProblemRow, ProblemRow.id == Finding.problem_id)
    of_these = and_(ProblemRow.kind == kind.value, Finding.subject.in_(subjects), Finding.gone_at.is_not(None))
    rows = (await session.execute(query.where(of_these).group_by(Finding.subject))).all()
    return {subject: gone_at for subject, gone_at in rows if gone_at is not None}


async def problems_with(session: AsyncSession, prints: Collection[str]) -> dict[str, ProblemRow]:
    """The problems of these fingerprints."""
    query = select(ProblemRow).where(ProblemRow.fingerprint.in_(prints)).execution_options(populate_existing=True)
    return {row.fingerprint: row for row in (await session.execute(query)).scalars()}


async def lock_problems(session: AsyncSession, ids: Collection[int]) -> list[ProblemRow]:
    """These problems, locked against what people do to them, in one order for everybody."""
    query = select(ProblemRow).where(ProblemRow.id.in_(ids)).order_by(ProblemRow.id).with_for_update()
    return list((await session.execute(query.execution_options(populate_existing=True))).scalars())


async def add_problem(session: AsyncSession, fingerprint: str, stuck: Stuck, now: datetime) -> None:
    """A problem that nobody has seen before."""
    row = {
        "fingerprint": fingerprint, "kind": stuck.kind.value, "step": stuck.step, "error_type": stuck.error_type,
        "message": stuck.message, "state": ProblemState.NEW.value, "first_seen": now, "last_seen": now, "times_back": 0,
    }  # fmt: skip
    query = insert_or_leave(ProblemRow).values(**row)
    await session.execute(query.on_conflict_do_nothing(index_elements=[ProblemRow.fingerprint]))


async def add_findings(session: AsyncSession, found: Sequence[tuple[int, Stuck]], now: datetime) -> None:
    """New things that are stuck, each with the number of its problem."""
    rows = [
        {
            "problem_id": problem_id, "subject": one.subject, "case_id": one.case_id, "workflow_id": one.workflow_id,
            "run_id": one.run_id, "pence": one.pence, "facts": dict(one.facts), "first_seen": now, "last_seen": now,
            "next_try_at": one.next_try_at,
        }
        for problem_id, one in found
    ]  # fmt: skip
    if rows:
        await session.execute(insert(Finding), rows)


async def see_again(session: AsyncSession, ids: Collection[int], now: datetime) -> None:
    """They are still stuck."""
    if ids:
        await session.execute(_quietly(update(Finding).where(Finding.id.in_(ids)).values(last_seen=now)))


async def change_findings(session: AsyncSession, changed: Sequence[tuple[int, Stuck]]) -> None:
    """What is seen of them now is otherwise than before."""
    rows = [
        {"of": finding_id, "now_run": one.run_id, "now_pence": one.pence, "now_facts": dict(one.facts),
         "now_next": one.next_try_at, "now_case": one.case_id}
        for finding_id, one in changed
    ]  # fmt: skip
    if rows:
        connection = await session.connection()
        await connection.execute(_CHANGE, rows)


async def close_findings(session: AsyncSession, gone: Mapping[int, GoneBecause], now: datetime) -> None:
    """They are stuck no longer, each for a reason."""
    for because in GoneBecause:
        ids = [finding_id for finding_id, reason in gone.items() if reason is because]
        if ids:
            query = update(Finding).where(Finding.id.in_(ids), Finding.gone_at.is_(None))
            await session.execute(_quietly(query.values(gone_at=now, gone_because=because.value)))


async def counts(session: AsyncSession, problem_ids: Collection[int]) -> dict[int, Count]:
    """How much of each of these problems is left."""
    held = func.count().filter(_is_held())
    query = select(Finding.problem_id, func.count(), held).where(Finding.gone_at.is_(None))
    rows = (await session.execute(query.where(Finding.problem_id.in_(problem_ids)).group_by(Finding.problem_id))).all()
    return dict.fromkeys(problem_ids, Count()) | {problem_id: Count(still, on) for problem_id, still, on in rows}


def _is_held() -> ColumnElement[bool]:
    held: ColumnElement[bool] = Finding.facts[ON_HOLD].as_boolean()
    return held


def _quietly(query: Any) -> Any:
    return query.execution_options(synchronize_session=False)


_CHANGE = (
    update(Finding.__table__)  # type: ignore[arg-type]
    .where(Finding.id == bindparam("of"))
    .values(
        run_id=bindparam("now_run"),
        pence=bindparam("now_pence"),
        facts=bindparam("now_facts"),
        next_try_at=bindparam("now_next"),
        case_id=bindparam("now_case"),
    )
)

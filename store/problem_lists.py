"""What is stuck, as the console and the command line list it: problems with what they hold up, things, attempts, notes.

Only references, states and fixed words are read here; of people nobody but those at the console.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import GoneBecause, ProblemKind, ProblemState
from store.tables import Case, Person
from store.watch_tables import Attempt, Finding, ProblemMove, ProblemNote, ProblemRow

_STILL = Finding.gone_at.is_(None)
_IS_OVER = case((ProblemRow.state == ProblemState.RESOLVED, 1), else_=0)
_IS_NO_SERVICE = case((ProblemRow.kind == ProblemKind.SERVICE_STOPPED, 0), else_=1)
"""While a part of the service has stopped, everything waits for it, whatever its own line counts."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem, and what it holds up now. Instants are UTC."""

    id: int
    kind: ProblemKind
    step: str
    error_type: str
    message: str
    """Normalised; of our own typed errors only."""
    state: ProblemState
    owner_id: int | None
    owner: str | None
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    times_back: int
    things: int
    children: int
    pence: int
    on_hold: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is, or was, stuck in a problem."""

    id: int
    subject: str
    ref: str | None
    """The authority's reference of the case."""
    run_id: str | None
    pence: int
    facts: dict[str, Any]
    first_seen: datetime
    last_seen: datetime
    next_try_at: datetime | None
    gone_at: datetime | None
    gone_because: GoneBecause | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt of a step that is, or was, part of a problem."""

    at: datetime
    ref: str | None
    activity_type: str
    attempt: int
    succeeded: bool
    error_type: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody did about a problem or wrote about it; `by` is None for the watch."""

    at: datetime
    by: str | None
    words: str


async def problems(
    session: AsyncSession,
    *,
    kinds: Collection[ProblemKind] | None = None,
    state: ProblemState | None = None,
    only_open: bool = False,
    limit: int,
    offset: int = 0,
) -> list[ProblemLine]:
    """Open ones first, worst first: a stopped service, then pounds, children, age. Resolved ones by when that was."""
    query = _problems()
    if kinds is not None:
        query = query.where(ProblemRow.kind.in_([kind.value for kind in kinds]))
    if state is not None:
        query = query.where(ProblemRow.state == state.value)
    if only_open:
        query = query.where(ProblemRow.state != ProblemState.RESOLVED.value)
    rows = (await session.execute(query.limit(limit).offset(offset))).all()
    return [_line(*row) for row in rows]


async def problem(session: AsyncSession, number: int) -> ProblemLine | None:
    """One problem by its number."""
    row = (await session.execute(_problems().where(ProblemRow.id == number))).first()
    return _line(*row) if row else None


def _problems() -> Select[Any]:
    held = (
        select(
            Finding.problem_id,
            func.count().label("things"),
            func.count(distinct(Finding.case_id)).label("children"),
            func.sum(Finding.pence).label("pence"),
            func.count().filter(Finding.facts["on_hold"].astext == "true").label("on_hold"),
            func.min(Finding.next_try_at).label("next_try_at"),
            func.min(Finding.first_seen).label("oldest"),
        )
        .where(_STILL)
        .group_by(Finding.problem_id)
        .subquery()
    )
    pence, children = func.coalesce(held.c.pence, 0), func.coalesce(held.c.children, 0)
    return (
        select(ProblemRow, Person.name, held.c.things, children, pence, held.c.on_hold, held.c.next_try_at)
        .outerjoin(held, held.c.problem_id == ProblemRow.id)
        .outerjoin(Person, Person.id == ProblemRow.owner_id)
        .order_by(
            _IS_OVER,
            ProblemRow.resolved_at.desc(),
            _IS_NO_SERVICE,
            pence.desc(),
            children.desc(),
            func.coalesce(held.c.oldest, ProblemRow.first_seen),
            ProblemRow.id,
        )
    )


def _line(
    row: ProblemRow,
    owner: str | None,
    things: int | None,
    children: int,
    pence: int,
    on_hold: int | None,
    next_try_at: datetime | None,
) -> ProblemLine:
    return ProblemLine(
        id=row.id,
        kind=ProblemKind(row.kind),
        step=row.step,
        error_type=row.error_type,
        message=row.message,
        state=ProblemState(row.state),
        owner_id=row.owner_id,
        owner=owner,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        resolved_at=row.resolved_at,
        times_back=row.times_back,
        things=things or 0,
        children=children,
        pence=int(pence),
        on_hold=on_hold or 0,
        next_try_at=next_try_at,
    )


async def things_of(session: AsyncSession, number: int, *, still: bool, limit: int, offset: int = 0) -> list[Thing]:
    """What is stuck in a problem, the most money and the oldest first; or what no longer is, the newest first."""
    query = select(Finding, Case.ref).outerjoin(Case, Case.id == Finding.case_id).where(Finding.problem_id == number)
    if still:
        query = query.where(_STILL).order_by(Finding.pence.desc(), Finding.first_seen, Finding.id)
    else:
        query = query.where(~_STILL).order_by(Finding.gone_at.desc(), Finding.id)
    return [_thing(*row) for row in (await session.execute(query.limit(limit).offset(offset))).all()]


def _thing(row: Finding, ref: str | None) -> Thing:
    return Thing(
        id=row.id,
        subject=row.subject,
        ref=ref,
        run_id=row.run_id,
        pence=row.pence,
        facts=row.facts,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        next_try_at=row.next_try_at,
        gone_at=row.gone_at,
        gone_because=GoneBecause(row.gone_because) if row.gone_because else None,
    )


async def attempts_of(session: AsyncSession, number: int, *, limit: int, offset: int = 0) -> list[Tried]:
    """Every attempt of the steps of a problem that was kept, the newest first."""
    step = literal("activity:") + Attempt.workflow_id + literal(":") + Attempt.activity_id
    mine = (
        select(Finding.workflow_id, Finding.subject, func.max(Case.ref).label("ref"))
        .outerjoin(Case, Case.id == Finding.case_id)
        .where(Finding.problem_id == number)
        .group_by(Finding.workflow_id, Finding.subject)
        .subquery()
    )
    query = (
        select(
            Attempt.at,
            mine.c.ref,
            Attempt.activity_type,
            Attempt.attempt,
            Attempt.succeeded,
            Attempt.error_type,
            Attempt.message,
        )
        .join(mine, (mine.c.workflow_id == Attempt.workflow_id) & (mine.c.subject == step))
        .order_by(Attempt.at.desc(), Attempt.id.desc())
    )
    return [Tried(*row) for row in (await session.execute(query.limit(limit).offset(offset))).all()]


async def notes_of(session: AsyncSession, number: int) -> list[Line]:
    """What people wrote about a problem, the newest first."""
    query = select(ProblemNote.at, Person.name, ProblemNote.words).join(Person, Person.id == ProblemNote.person_id)
    query = query.where(ProblemNote.problem_id == number).order_by(ProblemNote.id.desc())
    return [Line(*row) for row in (await session.execute(query)).all()]


async def moves_of(session: AsyncSession, number: int) -> Sequence[Line]:
    """How a problem came from state to state and from hand to hand, the newest first."""
    query = select(ProblemMove.at, Person.name, ProblemMove.what)
    query = query.outerjoin(Person, Person.id == ProblemMove.person_id).where(ProblemMove.problem_id == number)
    return [Line(*row) for row in (await session.execute(query.order_by(ProblemMove.id.desc()))).all()]


async def things_called(session: AsyncSession, number: int, ids: Collection[int]) -> list[str]:
    """What these things of a problem are called: the case's reference, else what is stuck."""
    query = select(func.coalesce(Case.ref, Finding.subject)).select_from(Finding)
    query = query.outerjoin(Case, Case.id == Finding.case_id)
    query = query.where(Finding.problem_id == number, Finding.id.in_(ids), _STILL).order_by(Finding.id)
    return list((await session.execute(query)).scalars())

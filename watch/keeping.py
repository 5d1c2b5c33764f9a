"""Keeps what is seen: folds it into problems by fingerprint, and resolves a problem when nothing of it is left.

Nothing is gone because it is not seen: only with a verdict, which a look gives on evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.alerts import AlertKind
from contracts.problems import GoneBecause, ProblemKind, ProblemState
from rules.fingerprints import fingerprint
from rules.problems import ProblemEvent, after
from store.alerts import tell_of_problem
from store.database import Database
from store.findings import (
    Count,
    OpenFinding,
    Stuck,
    add_findings,
    add_problem,
    change_findings,
    close_findings,
    counts,
    last_gone,
    lock_problems,
    one_fold_at_a_time,
    open_findings,
    problems_with,
    see_again,
)
from store.problem_moves import note_move
from store.stakes import Stake, stakes_of
from store.watch_tables import ProblemRow

_HOLDS_MONEY = frozenset(
    {
        ProblemKind.ACTIVITY_FAILING,
        ProblemKind.WORKFLOW_FAILING,
        ProblemKind.NOT_PICKED_UP,
        ProblemKind.WAIT_PASSED,
        ProblemKind.NOT_TOLD,
    }
)
"""What keeps a workflow from going on keeps its money. A letter keeps none, and a payment says its own sum."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a problem."""

    problem_id: int
    kind: AlertKind


@dataclass
class _Fold:
    """What one walk changes."""

    new: list[tuple[int, Stuck]] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    changed: list[tuple[int, Stuck]] = field(default_factory=list)
    gone: dict[int, GoneBecause] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    """The problems of which something is seen or gone."""
    seen: set[int] = field(default_factory=set)
    """Those of which something is seen."""


async def keep(
    database: Database,
    kind: ProblemKind,
    seen: Sequence[Stuck],
    verdicts: Mapping[int, GoneBecause],
    now: datetime,
) -> list[Change]:
    """Keep what a walk saw of one kind (UTC `now`), and have people told of what is new, back, or over.

    `verdicts` are on findings that were not seen any more, by their numbers. Walked again it changes nothing.
    """
    async with database.transaction() as session:
        await one_fold_at_a_time(session, kind)
        still = {one.subject: one for one in await open_findings(session, kind)}
        news = await _with_stakes(session, await _no_older_than_verdicts(session, kind, seen, still))
        fold = _folded(news, still, await _problems_of(session, news, now), verdicts)
        rows = await lock_problems(session, fold.touched)
        before = await counts(session, fold.touched)
        await close_findings(session, fold.gone, now)
        await add_findings(session, fold.new, now)
        await see_again(session, fold.again, now)
        await change_findings(session, fold.changed)
        left = await counts(session, fold.touched)
        changes = [_move(session, row, before[row.id], left[row.id], now, is_seen=row.id in fold.seen) for row in rows]
        await session.flush()
        told = [change for change in changes if change is not None]
        for change in told:
            await tell_of_problem(session, change.problem_id, change.kind, now)
        return told


async def _no_older_than_verdicts(
    session: AsyncSession, kind: ProblemKind, seen: Sequence[Stuck], still: Mapping[str, OpenFinding]
) -> list[Stuck]:
    """Without what was seen before a later look saw it go, or saw it fail otherwise: two looks may cross."""
    by_subject = {one.subject: one for one in seen}
    gone = await last_gone(session, kind, [subject for subject in by_subject if subject not in still])
    current = [one for one in by_subject.values() if one.subject not in gone or gone[one.subject] <= one.seen_at]
    return [one for one in current if not _fails_otherwise_by_now(one, still.get(one.subject))]


def _fails_otherwise_by_now(seen: Stuck, known: OpenFinding | None) -> bool:
    """An attempt that nobody could note leaves the look at attempts behind the look at Temporal."""
    if known is None or seen.seen_at >= known.first_seen:
        return False
    return print_of(seen) != fingerprint(seen.kind, known.step, known.error_type, known.message)


async def _with_stakes(session: AsyncSession, seen: Sequence[Stuck]) -> list[Stuck]:
    """Each with its child and the money that it holds up."""
    stakes = await stakes_of(session, {one.workflow_id for one in seen if one.workflow_id})
    return [_with_stake(one, stakes.get(one.workflow_id or "")) for one in seen]


def _with_stake(stuck: Stuck, stake: Stake | None) -> Stuck:
    if stake is None:
        return stuck
    pence = stake.pence if stuck.kind in _HOLDS_MONEY else stuck.pence
    return replace(stuck, case_id=stuck.case_id or stake.case_id, pence=pence)


async def _problems_of(session: AsyncSession, seen: Sequence[Stuck], now: datetime) -> dict[str, ProblemRow]:
    """The problem of each thing, by fingerprint; a new one where nobody has seen it before."""
    prints = {print_of(one): one for one in seen}
    known = await problems_with(session, prints)
    missing = [one for one in prints if one not in known]
    for one in missing:
        await add_problem(session, one, prints[one], now)
    return known | (await problems_with(session, missing) if missing else {})


def print_of(stuck: Stuck) -> str:
    """The fingerprint of what is stuck."""
    return fingerprint(stuck.kind, stuck.step, stuck.error_type, stuck.message)


def _folded(
    news: Sequence[Stuck],
    still: Mapping[str, OpenFinding],
    problems: Mapping[str, ProblemRow],
    verdicts: Mapping[int, GoneBecause],
) -> _Fold:
    fold = _Fold()
    for one in news:
        problem_id, known = problems[print_of(one)].id, still.get(one.subject)
        fold.seen.add(problem_id)
        if known is not None and known.problem_id == problem_id:
            fold.again.append(known.id)
            merged = _merged(known, one)
            if merged is not None:
                fold.changed.append((known.id, merged))
            continue
        if known is not None:  # it fails otherwise now: the old problem has lost it, and the new one has it
            fold.gone[known.id] = GoneBecause.OVERTAKEN
        fold.new.append((problem_id, one))
    seen = {one.subject for one in news}
    lost = {one.id for one in still.values() if one.subject not in seen}
    fold.gone |= {finding_id: because for finding_id, because in verdicts.items() if finding_id in lost}
    fold.touched = fold.seen | {one.problem_id for one in still.values() if one.id in fold.gone}
    return fold


def _merged(known: OpenFinding, seen: Stuck) -> Stuck | None:
    """What is known of it now: looks differ in what they can see of the same thing. None where nothing is new."""
    merged = replace(
        seen,
        facts={**known.facts, **seen.facts},
        next_try_at=seen.next_try_at or known.next_try_at,
        run_id=seen.run_id or known.run_id,
        case_id=seen.case_id or known.case_id,
    )
    now = (merged.facts, merged.next_try_at, merged.run_id, merged.pence, merged.case_id)
    return merged if now != (known.facts, known.next_try_at, known.run_id, known.pence, known.case_id) else None


def _move(
    session: AsyncSession, row: ProblemRow, before: Count, left: Count, now: datetime, *, is_seen: bool
) -> Change | None:
    """Bring a problem up to what is left of it, and note where it moved; what people are to be told of that."""
    was = ProblemState(row.state)
    state = _state_after(was, before, left)
    is_new = is_seen and before.still == 0 and was is not ProblemState.RESOLVED
    if is_seen:
        row.last_seen = now
    if state is ProblemState.RESOLVED:
        row.resolved_at = row.resolved_at or now
    elif was is ProblemState.RESOLVED:
        row.times_back, row.resolved_at = row.times_back + 1, None
    row.state = state.value
    if state is not was or is_new:
        note_move(session, row.id, state.value, now)
    if was is not ProblemState.RESOLVED and state is not ProblemState.RESOLVED:
        return Change(row.id, AlertKind.NEW) if is_new else None
    if was is state:
        return None
    return Change(row.id, AlertKind.CAME_BACK if was is ProblemState.RESOLVED else AlertKind.RESOLVED)


def _state_after(state: ProblemState, before: Count, left: Count) -> ProblemState:
    if left.still == 0:
        return after(state, ProblemEvent.NOTHING_LEFT)
    state = after(state, ProblemEvent.SEEN)
    if left.all_held == before.all_held:
        return state
    return after(state, ProblemEvent.HELD if left.all_held else ProblemEvent.RELEASED)

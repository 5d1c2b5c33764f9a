"""What the watch would have stored: problems with things of the sample's children, attempts, heartbeats, rounds."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ProblemKind, ProblemState
from rules.fingerprints import fingerprint
from store.database import Database
from store.tables import Case
from store.watch_tables import Attempt, Finding, Heartbeat, ProblemRow, Sweep

_numbers = count(1)


async def a_problem(
    database: Database,
    now: datetime,
    *refs: str,
    kind: ProblemKind = ProblemKind.ACTIVITY_FAILING,
    step: str = "release_grant",
    error_type: str = "FinanceUnavailable",
    state: ProblemState = ProblemState.NEW,
    pence: int = 50_000,
    on_hold: bool = False,
) -> int:
    """A problem in which one thing of each of these cases is stuck, each holding `pence`; gives its number."""
    number = next(_numbers)
    async with database.transaction() as session:
        print_of = fingerprint(kind, step, error_type, chr(64 + number))
        problem = ProblemRow(
            fingerprint=print_of, kind=kind, step=step, error_type=error_type, message="", state=state,
            first_seen=now - timedelta(hours=2), last_seen=now, times_back=0,
            resolved_at=now if state is ProblemState.RESOLVED else None,
        )  # fmt: skip
        session.add(problem)
        await session.flush()
        rows = (await session.execute(select(Case.ref, Case.id))).all()
        ids = {row.ref: row.id for row in rows}
        facts: dict[str, Any] = {"attempts": 7, "on_hold": on_hold, "since": now.isoformat()}
        for ref in refs:
            _stuck_in(session, problem, f"pep-review-{number}{ref.lower()}", ids[ref], now, pence=pence, facts=facts)
        return problem.id


def _stuck_in(
    session: AsyncSession,
    problem: ProblemRow,
    workflow: str,
    case_id: str,
    now: datetime,
    **more: Any,
) -> None:
    """A step of a run that was tried seven times."""
    run, began, last = "0190e1f0-aaaa-7000-8000-000000000001", now - timedelta(hours=2), now - timedelta(minutes=3)
    session.add(
        Finding(
            problem_id=problem.id, subject=f"activity:{workflow}:5", case_id=case_id, workflow_id=workflow, run_id=run,
            first_seen=began, last_seen=now, next_try_at=now + timedelta(minutes=10), **more,
        )
    )  # fmt: skip
    session.add(
        Attempt(
            at=last, workflow_id=workflow, run_id=run, activity_type=problem.step, activity_id="5", attempt=7,
            succeeded=False, error_type=problem.error_type, message="<number> refused",
        )
    )  # fmt: skip


async def works(database: Database, now: datetime) -> None:
    """The worker, the web process and the watch live, and every round sees what it looks at."""
    async with database.transaction() as session:
        for part in ("worker", "web", "watch"):
            session.add(
                Heartbeat(
                    identity=f"{part}@machine", part=part, queue="pep" if part == "worker" else None, version="1.4.2",
                    started_at=now - timedelta(days=2), beat_at=now - timedelta(seconds=4),
                )
            )  # fmt: skip
        facts = {"queue": "pep", "pollers": 2, "last_poll": now.isoformat(), "backlog": 3, "oldest_seconds": 4.25}
        session.add(Sweep(name="queue", ended_at=now, tried_at=now, facts=facts))
        session.add(Sweep(name="letter_not_delivered", ended_at=now - timedelta(seconds=20), tried_at=now, facts={}))


async def temporal_goes_away(database: Database, now: datetime, since: datetime) -> None:
    """The round that looks at runs has not reached Temporal since an instant."""
    async with database.transaction() as session:
        sweep = await session.get(Sweep, "queue")
        assert sweep
        sweep.ended_at, sweep.tried_at, sweep.error_type = since, now, "TemporalUnreachableError"


async def stops(database: Database, part: str, beat_at: datetime) -> None:
    """A process is killed: it was last heard of then."""
    async with database.transaction() as session:
        row = await session.get(Heartbeat, f"{part}@machine")
        assert row
        row.beat_at = beat_at

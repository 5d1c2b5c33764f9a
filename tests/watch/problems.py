"""Problems as the looks would store them, for tests of what follows from them."""

from datetime import datetime
from itertools import count

from contracts.alerts import AlertKind
from contracts.errors import Fault
from contracts.problems import ProblemKind, ProblemState
from store.alerts import tell_of_problem
from store.database import Database
from store.watch_tables import Finding, ProblemRow

_numbers = count(1)


async def a_problem(
    database: Database,
    now: datetime,
    *,
    kind: ProblemKind = ProblemKind.ACTIVITY_FAILING,
    state: ProblemState = ProblemState.NEW,
    things: int = 1,
    pence: int = 0,
    step: str = "release_grant",
) -> int:
    """A problem with so many things stuck, each holding `pence`; nobody was told of it yet."""
    number = next(_numbers)
    async with database.transaction() as session:
        problem = ProblemRow(
            fingerprint=f"{number:016x}", kind=kind.value, step=step,
            error_type=Fault.FINANCE_UNAVAILABLE.value, message="",
            state=state.value, first_seen=now, last_seen=now, times_back=0,
        )  # fmt: skip
        session.add(problem)
        await session.flush()
        session.add_all(
            Finding(
                problem_id=problem.id, subject=f"workflow:{number}-{thing}", facts={}, pence=pence, first_seen=now,
                last_seen=now,
            )
            for thing in range(things)
        )  # fmt: skip
        return problem.id


async def told(database: Database, problem_id: int, now: datetime, kind: AlertKind = AlertKind.NEW) -> None:
    """Have people told of it."""
    async with database.transaction() as session:
        await tell_of_problem(session, problem_id, kind, now)

"""What a repair, or somebody, makes of a problem: its state follows, and is noted."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ProblemState
from rules.problems import ProblemEvent, after
from store.problem_moves import lock_problem, note_move
from store.watch_tables import ProblemRow


async def happens_to_problem(session: AsyncSession, problem_id: int | None, event: ProblemEvent, now: datetime) -> None:
    """A repair has done something about a problem, or has not helped."""
    problem = await lock_problem(session, problem_id) if problem_id is not None else None
    if problem is not None:
        happens(session, problem, event, now)


def happens(
    session: AsyncSession, problem: ProblemRow, event: ProblemEvent, now: datetime, person_id: int | None = None
) -> None:
    """Something has happened to a problem that is locked; without a person the watch has seen or done it."""
    state = after(ProblemState(problem.state), event)
    if state != problem.state:
        problem.state = state.value
        note_move(session, problem.id, state.value, now, person_id)

"""What a repair makes of the problem that it is about."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ProblemState
from rules.problems import ProblemEvent, after
from store.problem_moves import lock_problem, note_move


async def happens_to_problem(session: AsyncSession, problem_id: int | None, event: ProblemEvent, now: datetime) -> None:
    """A repair has done something about a problem, or has not helped: the problem's state follows, and is noted."""
    problem = await lock_problem(session, problem_id) if problem_id is not None else None
    if problem is None:
        return
    state = after(ProblemState(problem.state), event)
    if state != problem.state:
        problem.state = state.value
        note_move(session, problem.id, state.value, now)

"""What people do with a problem itself: note something, take it, put it on hold. Only the watch resolves one."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import Clock
from contracts.people import AT_THE_CONSOLE
from contracts.problems import ProblemKind, ProblemState
from repairs.audit import Entry, note
from repairs.desk import Operator
from repairs.errors import RepairRefused, UnknownRepair
from repairs.helping import happens
from rules.problems import ProblemEvent
from rules.repairs import sees_problem
from store.database import Database
from store.problem_moves import GIVEN_BACK, TAKEN, add_note, lock_problem, note_move
from store.watch_tables import ProblemRow

LONGEST_NOTE = 500
BY_HAND = {ProblemState.LOOKING: ProblemEvent.TAKEN_UP, ProblemState.ON_HOLD: ProblemEvent.HELD}
"""The states that somebody may set, and what that means happened."""
_NOBODY_LOOKS = frozenset({ProblemState.NEW, ProblemState.CAME_BACK})


class ProblemBook:
    """Raises UnknownRepair for a problem that does not exist or is not for the person."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def note(self, operator: Operator, number: int, words: str) -> None:
        """Add a note. Raises RepairRefused for none and for one that is too long."""
        text = " ".join(words.split())
        if not text:
            raise RepairRefused(["Write what you found or did."])
        if len(text) > LONGEST_NOTE:
            raise RepairRefused(
                [f"A note has at most {LONGEST_NOTE} characters, and this one has {len(text)}. Shorten it."]
            )
        now = await self._clock.now()
        async with self._database.transaction() as session:
            await _problem(session, operator, number)
            add_note(session, number, operator.person_id, text, now)
            await _audit(session, operator, "noted", number, now)

    async def take(self, operator: Operator, number: int) -> None:
        """Be the one who looks after it, whoever was before."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            problem = await _at_the_console(session, operator, number)
            problem.owner_id = operator.person_id
            note_move(session, number, TAKEN, now, operator.person_id)
            if problem.state in _NOBODY_LOOKS:
                happens(session, problem, ProblemEvent.TAKEN_UP, now, operator.person_id)
            await _audit(session, operator, TAKEN, number, now)

    async def give_back(self, operator: Operator, number: int) -> None:
        """Nobody looks after it any more."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            problem = await _at_the_console(session, operator, number)
            if problem.owner_id is not None:
                problem.owner_id = None
                note_move(session, number, GIVEN_BACK, now, operator.person_id)
                await _audit(session, operator, GIVEN_BACK, number, now)

    async def set_state(self, operator: Operator, number: int, state: ProblemState) -> None:
        """Somebody is looking, or it is on hold. Raises RepairRefused for a resolved one, and for any other state."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            problem = await _at_the_console(session, operator, number)
            if problem.state == ProblemState.RESOLVED:
                raise RepairRefused(["This problem is resolved: there is nothing to look at or to hold any more."])
            if state not in BY_HAND:
                raise RepairRefused(["Only the watch gives a problem this state, once it has seen that it is so."])
            happens(session, problem, BY_HAND[state], now, operator.person_id)
            await _audit(session, operator, state.value, number, now)


async def _problem(session: AsyncSession, operator: Operator, number: int) -> ProblemRow:
    problem = await lock_problem(session, number)
    if problem is None or not sees_problem(ProblemKind(problem.kind), operator.roles):
        raise UnknownRepair
    return problem


async def _at_the_console(session: AsyncSession, operator: Operator, number: int) -> ProblemRow:
    if not operator.roles & AT_THE_CONSOLE:
        raise UnknownRepair
    return await _problem(session, operator, number)


async def _audit(session: AsyncSession, operator: Operator, what: str, number: int, now: datetime) -> None:
    """What somebody wrote stands in the note; the audit says that they did."""
    await note(session, now, Entry(f"problem_{what}", operator.person_id, facts={"problem": number}))

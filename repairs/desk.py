"""The operator's desk: how a repair is asked for, agreed and stopped. The watch does it (watch/carrying_out.py).

preview   freezes what would be done: things, runs, children, pounds; nothing is done yet
confirm   by the same person, of that very list; runs, or waits for the second person where two are needed
approve   by another person, of that very list
stop      what was not begun is left out
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.clock import Clock
from contracts.people import Role
from contracts.problems import RepairKind, RepairState
from store.database import Database


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is at the desk, with every role of theirs."""

    person_id: int
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants done.

    To findings of a problem (all that are stuck now where `findings` is None), or to cases by their references, where
    there is no problem: holding, extending, reassigning.
    """

    kind: RepairKind
    reason: str
    problem_id: int | None = None
    findings: Sequence[int] | None = None
    cases: Sequence[str] = ()
    parameters: Mapping[str, str] | None = None
    """As typed: `address`, `school_days`, `on`, `deadline`, `role`, `evidence`, `event`."""


class RepairDesk:
    """Built by the composition root; knows no Temporal."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def preview(self, operator: Operator, asked: Asked) -> int:
        """Freeze what would be done and give the repair's number. Raises RepairRefused and UnknownRepair."""
        raise NotImplementedError

    async def confirm(self, operator: Operator, number: int, frozen: str, typed_count: int | None) -> RepairState:
        """RUNNING, or AWAITING_APPROVAL. Raises RepairRefused for another list than the previewed one, for one that
        has changed since, for a number that does not match, for somebody else's preview."""
        raise NotImplementedError

    async def approve(self, operator: Operator, number: int, frozen: str) -> RepairState:
        """The second person agrees to that very list. Raises RepairRefused: not for one's own, not when it expired."""
        raise NotImplementedError

    async def refuse(self, operator: Operator, number: int, reason: str) -> RepairState:
        """The second person says no."""
        raise NotImplementedError

    async def stop(self, operator: Operator, number: int) -> RepairState:
        """Leave out what was not begun yet."""
        raise NotImplementedError

"""The operator's desk: how a repair is asked for, agreed and stopped. The watch does it (watch/carrying_out.py).

preview   freezes what would be done: things, runs, children, pounds; nothing is done yet
confirm   by the same person, of that very list; runs, or waits for the second person where two are needed
approve   by another person, of that very list
stop      what was not begun is left out
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.clock import Clock
from contracts.people import Role
from contracts.problems import RepairKind, RepairState
from repairs import approving
from repairs.approving import PREVIEW_LASTS, Operator
from repairs.asking import check_count, checked_reason, read, role_to_approve, role_to_ask
from repairs.audit import Entry, note, words_hash
from repairs.errors import RepairRefused, UnknownRepair
from repairs.freezing import frozen
from repairs.keys import Keys, address_in, sealed_address
from repairs.previewing import Wanted, check_what_was_found, resolved_parameters, things_for
from repairs.whose import Whose, whose_address
from store.database import Database
from store.repairs import NewItem, add_repair, find_repair
from store.watch_tables import RepairRow

__all__ = ["Asked", "Operator", "RepairDesk"]


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
    """Built by the composition root; knows no Temporal. Without `keys` no address can be corrected."""

    def __init__(self, database: Database, clock: Clock, keys: Keys | None = None) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    async def preview(self, operator: Operator, asked: Asked) -> int:
        """Freeze what would be done and give the repair's number. Raises RepairRefused and UnknownRepair."""
        kind, now = asked.kind, await self._clock.now()
        role = role_to_ask(kind, operator.roles)
        reason = checked_reason(asked.reason)
        given = read(kind, asked.parameters, now)
        async with self._database.transaction() as session:
            parameters = await resolved_parameters(session, kind, given, now)
            things = await things_for(session, kind, parameters, _wanted(asked, role, operator))
            check_count(kind, len(things))
            check_what_was_found(kind, parameters, things)
            row = self._row(operator, asked, role, reason, parameters, things, now)
            number = await add_repair(session, row, things)
            children = len({one.case_id for one in things if one.case_id})
            facts = {"kind": kind.value, "frozen": row.frozen, "count": row.count, "children": children}
            line = {"repair": number, **facts, "pence": row.pence, "reason_sha256": words_hash(reason)}
            await note(session, now, Entry("previewed", operator.person_id, facts=line))
        return number

    async def confirm(self, operator: Operator, number: int, frozen: str, typed_count: int | None) -> RepairState:
        """RUNNING, or AWAITING_APPROVAL. Raises RepairRefused for another list than the previewed one, for one that
        has changed since, for a number that does not match, for somebody else's preview."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await approving.confirm(session, operator, number, frozen, typed_count, now)

    async def approve(self, operator: Operator, number: int, frozen: str) -> RepairState:
        """The second person agrees to that very list. Raises RepairRefused: not for one's own, not when it expired."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await approving.approve(session, operator, number, frozen, now)

    async def refuse(self, operator: Operator, number: int, reason: str) -> RepairState:
        """The second person says no."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await approving.refuse(session, operator, number, reason, now)

    async def stop(self, operator: Operator, number: int) -> RepairState:
        """Leave out what was not begun yet."""
        now = await self._clock.now()
        async with self._database.transaction() as session:
            return await approving.stop(session, operator, number, now)

    async def address_of(self, operator: Operator, number: int) -> str:
        """The address that a correction would set, for who decides about it; nobody else sees one at the console.

        Raises RepairRefused and UnknownRepair.
        """
        async with self._database.transaction() as session:
            row = await find_repair(session, number)
        if row is None or self._keys is None or row.kind != RepairKind.CORRECT_ADDRESS:
            raise UnknownRepair
        if operator.person_id != row.asked_by:
            role_to_approve(RepairKind.CORRECT_ADDRESS, operator.roles)
        return address_in(self._keys, row.parameters["address"])

    async def whose(self, operator: Operator, number: int) -> Whose:
        """Whose address a correction would change, for who may agree to it: an address is how somebody signs in.

        Raises RepairRefused for everybody else, and UnknownRepair.
        """
        async with self._database.transaction() as session:
            row = await find_repair(session, number)
            if row is None or row.kind != RepairKind.CORRECT_ADDRESS:
                raise UnknownRepair
            role_to_approve(RepairKind.CORRECT_ADDRESS, operator.roles)
            return await whose_address(session, number)

    def _row(
        self,
        operator: Operator,
        asked: Asked,
        role: Role,
        reason: str,
        parameters: dict[str, Any],
        things: Sequence[NewItem],
        now: datetime,
    ) -> RepairRow:
        kept = self._kept(asked.kind, parameters)
        return RepairRow(
            kind=asked.kind.value,
            problem_id=asked.problem_id,
            parameters=kept,
            reason=reason,
            asked_by=operator.person_id,
            asked_role=role.value,
            asked_at=now,
            frozen=frozen(asked.kind, kept, things),
            count=len(things),
            pence=sum(one.pence for one in things),
            state=RepairState.PREVIEWED.value,
            expires_at=now + PREVIEW_LASTS,
        )

    def _kept(self, kind: RepairKind, parameters: dict[str, Any]) -> dict[str, Any]:
        """An address goes into the record sealed: the tables of repairs are read by people who see none."""
        if kind is not RepairKind.CORRECT_ADDRESS:
            return parameters
        if self._keys is None:
            raise RepairRefused(["No address can be corrected here: this door has no key to keep it with."])
        return {**parameters, "address": sealed_address(self._keys, parameters["address"])}


def _wanted(asked: Asked, role: Role, operator: Operator) -> Wanted:
    """A team manager reassigns the cases of their own team; any other one, and any problem, does not exist for them.

    Raises UnknownRepair.
    """
    if role is not Role.TEAM_MANAGER:
        return Wanted(asked.problem_id, asked.findings, asked.cases)
    if asked.problem_id is not None:
        raise UnknownRepair
    return Wanted(refs=asked.cases, manager=operator.person_id)

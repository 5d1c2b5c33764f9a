"""People at the console, as the tests of repairs have them act; and stuck things, as a look stores them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from contracts.people import Role
from contracts.problems import ProblemKind, ProblemState, RepairKind, RepairState
from repairs.desk import Asked, Operator, RepairDesk
from starter.encryption import KeyRing
from store.base import Table
from store.database import Database
from store.outbox_tables import Letter
from store.repairs import find_repair, items_of
from store.staff import give_staff_role
from store.tables import Case
from store.watch_tables import AuditEntry, Finding, ProblemRow, RepairItem, RepairRow
from tests.support.clock import FixedClock

KEYS = {"test": b"k" * 32}
WHY = "The mail server was mended this morning"
_PEOPLE = {
    "operator": Role.OPERATOR,
    "other_operator": Role.OPERATOR,
    "engineer": Role.ENGINEER,
    "finance": Role.FINANCE,
    "other_finance": Role.FINANCE,
    "officer": Role.VIRTUAL_SCHOOL,
    "other_officer": Role.VIRTUAL_SCHOOL,
}


@dataclass
class Console:
    """The desk, and who sits at it, by the names above."""

    database: Database
    clock: FixedClock
    keys: KeyRing
    people: dict[str, Operator]
    desk: RepairDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = RepairDesk(self.database, self.clock, self.keys)

    async def preview(self, who: str, kind: RepairKind, *, why: str = WHY, **asked: Any) -> RepairRow:
        """What somebody previews, as it was frozen."""
        number = await self.desk.preview(self.people[who], Asked(kind, why, **asked))
        return await self.repair(number)

    async def confirm(self, who: str, row: RepairRow, *, typed: int | None = None) -> RepairState:
        return await self.desk.confirm(self.people[who], row.id, row.frozen, row.count if typed is None else typed)

    async def begin(self, who: str, kind: RepairKind, *, second: str | None = None, **asked: Any) -> RepairRow:
        """Previewed, confirmed, and agreed to by the second person where two are needed."""
        row = await self.preview(who, kind, **asked)
        await self.confirm(who, row)
        if second:
            await self.desk.approve(self.people[second], row.id, row.frozen)
        return await self.repair(row.id)

    async def repair(self, number: int) -> RepairRow:
        async with self.database.transaction() as session:
            row = await find_repair(session, number)
        assert row is not None
        return row

    async def items(self, number: int) -> list[RepairItem]:
        async with self.database.transaction() as session:
            return await items_of(session, number)

    async def results(self, number: int) -> dict[str, str]:
        """What became of each thing, by its subject."""
        return {item.subject: item.result for item in await self.items(number)}

    async def audit(self) -> list[tuple[str, str]]:
        """Every line: its chain and what it says, in the order of writing."""
        return [(line.chain, line.what) for line in await self.rows(AuditEntry)]

    async def rows(self, table: type[Table]) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(table).order_by(*table.__table__.primary_key))).scalars())

    async def case(self, ref: str) -> Case:
        async with self.database.transaction() as session:
            found: Case = (await session.execute(select(Case).where(Case.ref == ref))).scalar_one()
        return found

    async def stuck(self, kind: ProblemKind, things: Iterable[Mapping[str, Any]], step: str = "a step") -> ProblemRow:
        """A problem with these findings, as a look would store it."""
        now = self.clock.at
        problem = ProblemRow(
            fingerprint=f"{kind}-{step}",
            kind=kind,
            step=step,
            error_type="",
            message="",
            state=ProblemState.NEW,
            first_seen=now,
            last_seen=now,
        )
        async with self.database.transaction() as session:
            session.add(problem)
            await session.flush()
            for thing in things:
                seen = {"facts": {}, "first_seen": now, "last_seen": now, "pence": 0}
                session.add(Finding(problem_id=problem.id, **{**seen, **thing}))
        return problem

    async def settle(self, subject: str, because: str) -> None:
        """A look no longer sees this stuck."""
        async with self.database.transaction() as session:
            found = (await session.execute(select(Finding).where(Finding.subject == subject))).scalars()
            for one in found:
                one.gone_at, one.gone_because = self.clock.at, because

    async def change_letter(self, letter_id: int, **values: Any) -> None:
        async with self.database.transaction() as session:
            letter = await session.get_one(Letter, letter_id)
            for name, value in values.items():
                setattr(letter, name, value)


async def console_on(database: Database, clock: FixedClock) -> Console:
    async with database.transaction() as session:
        ids = {name: await give_staff_role(session, f"{name}@council.example", role) for name, role in _PEOPLE.items()}
    people = {name: Operator(ids[name], frozenset({role})) for name, role in _PEOPLE.items()}
    return Console(database, clock, KeyRing(KEYS), people)

"""No payment is ever in two live runs, no run is exported without two people, and its sum is always its lines'."""

import asyncio
import csv
import io
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.payment_rows import COLUMNS
from casework.payment_runs import RunRefused, approve_run, cancel_run, export_run, make_run, waiting_for_run
from contracts.people import Role
from store import grants
from store.cases import person_with
from store.database import Database
from store.grants import LedgerState
from store.tables import FundingRow, GrantRow, StaffRole
from store.tracking_tables import PaymentRun, PaymentRunLine
from tests.support.grant_cases import NOON, TERMS, add_case

T = TypeVar("T")
DAY = date(2026, 11, 20)
_numbers = count(1)


async def officers(database: Database, number: int, role: Role = Role.FINANCE) -> list[int]:
    """New people with a role for the whole authority."""
    async with database.transaction() as session:
        people = [
            await person_with(session, f"{role}-{next(_numbers)}@council.example", "Petra") for _ in range(number)
        ]
        session.add_all([StaffRole(person_id=one, role=role.value) for one in people])
    return people


async def confirmed(database: Database, *, pence: int = 50_000) -> list[str]:
    """A child's three grants, paid by the finance system on 20 November 2026; gives their keys."""
    child, keys = await add_case(database), []
    for term in TERMS:
        async with database.transaction() as session:
            row = await grants.intend(session, child.grant(term, pence), NOON)
            for state in (LedgerState.SENT, LedgerState.CONFIRMED):
                await grants.mark(session, row.key, state, NOON)
            keys.append(row.key)
    return keys


async def made(database: Database, person: int, left_out: tuple[str, ...] = ()) -> int:
    async with database.transaction() as session:
        shown = await waiting_for_run(session, DAY)
        return await make_run(session, person, DAY, shown.frozen, left_out, NOON)


async def the_run(database: Database, number: int) -> PaymentRun:
    async with database.transaction() as session:
        return await session.get_one(PaymentRun, number)


async def refused(work: Coroutine[Any, Any, Any]) -> str:
    with pytest.raises(RunRefused) as raised:
        await work
    return raised.value.sentence


async def approved(database: Database, person: int, number: int, frozen: str | None = None) -> None:
    frozen = frozen or (await the_run(database, number)).frozen
    async with database.transaction() as session:
        await approve_run(session, person, number, frozen, NOON)


async def exported(database: Database, person: int, number: int) -> bytes:
    async with database.transaction() as session:
        return await export_run(session, person, number, NOON)


async def cancelled(database: Database, person: int, number: int) -> None:
    async with database.transaction() as session:
        await cancel_run(session, person, number, "A wrong day.", NOON)


async def test_two_people_make_a_file_with_the_columns_of_the_payment_file(database: Database) -> None:
    keys, (first, second) = await confirmed(database), await officers(database, 2)
    number = await made(database, first, (keys[2],))
    assert "somebody else" in await refused(approved(database, first, number))
    assert "not approved yet" in await refused(exported(database, first, number))
    await approved(database, second, number)
    file = await exported(database, first, number)
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert {row["payment_key"] for row in rows} == set(keys[:2])
    assert {(row["amount"], row["booked_on"], row["financial_year"]) for row in rows} == {
        ("500.00", "2026-11-20", "2026/27")
    }
    assert await exported(database, second, number) == file, "the same file again"
    assert "with the bank" in await refused(cancelled(database, first, number))
    run = await the_run(database, number)
    assert (run.count, run.pence, run.state) == (2, 100_000, "exported")


async def test_what_was_not_shown_is_not_approved_and_not_made(database: Database) -> None:
    (first, second), (operator,) = await officers(database, 2), await officers(database, 1, Role.OPERATOR)
    await confirmed(database)
    number = await made(database, first)
    assert "not the list that was shown" in await refused(approved(database, second, number, "another"))
    assert "finance's" in await refused(approved(database, operator, number))
    assert "finance's" in await refused(made(database, operator))
    assert "no payment run" in await refused(approved(database, second, 999, "any"))
    async with database.transaction() as session:
        shown = await waiting_for_run(session, DAY)
    await confirmed(database)
    async with database.transaction() as session:
        assert "not those that were shown" in await refused(make_run(session, first, DAY, shown.frozen, (), NOON))


async def test_a_payment_that_was_taken_back_meanwhile_stops_the_run_and_cancelling_frees_the_others(
    database: Database,
) -> None:
    keys, (first, second, third) = await confirmed(database), await officers(database, 3)
    number = await made(database, first)
    async with database.transaction() as session:
        await grants.mark(session, keys[0], LedgerState.REVERSED, NOON)
    assert "Cancel the run" in await refused(approved(database, second, number))
    assert "Say why" in await refused(_cancelled_without_reason(database, first, number))
    await cancelled(database, first, number)
    again = await made(database, second)
    assert (await the_run(database, again)).count == 2
    await approved(database, third, again)
    assert "two people" in await refused(exported(database, first, again))


async def _cancelled_without_reason(database: Database, person: int, number: int) -> None:
    async with database.transaction() as session:
        await cancel_run(session, person, number, " ", NOON)


async def test_two_at_once_and_a_double_click_make_one_run(database: Database) -> None:
    (first, second), _ = await officers(database, 2), await confirmed(database)
    outcomes = await asyncio.gather(*(made(database, one) for one in (first, first, second)), return_exceptions=True)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, RunRefused) for outcome in outcomes) == 2


class Runs(RuleBasedStateMachine):
    """Three people of finance who do anything in any order, at once, and whose browsers and servers die."""

    database: ClassVar[Database]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.people: list[int] = []
        self.seen: dict[int, str] = {}
        """What somebody read of each run."""
        self.files: dict[int, bytes] = {}
        self.gone: set[str] = set()
        """What was taken back or paid otherwise before it was exported."""

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begins(self) -> None:
        self.wait_for(self.everything_is_paid())
        self.people = self.wait_for(officers(self.database, 3))

    @rule(pence=st.sampled_from([1, 12_345, 50_000]))
    def more_is_paid(self, pence: int) -> None:
        self.wait_for(confirmed(self.database, pence=pence))

    @rule(data=st.data(), at_once=st.booleans(), dies=st.booleans())
    def somebody_makes_one(self, data: st.DataObject, at_once: bool, dies: bool) -> None:
        keys = sorted(key for key, state in self.wait_for(self.states()).items() if state == "confirmed")
        left_out = data.draw(st.lists(st.sampled_from(keys), max_size=2)) if keys else []

        async def makes(session: AsyncSession, person: int) -> None:
            shown = await waiting_for_run(session, DAY)
            number = await make_run(session, person, DAY, shown.frozen, left_out, NOON)
            self.seen[number] = (await session.get_one(PaymentRun, number)).frozen

        self.done(data, makes, at_once, dies)

    @rule(data=st.data(), at_once=st.booleans(), dies=st.booleans(), stale=st.booleans())
    def somebody_approves(self, data: st.DataObject, at_once: bool, dies: bool, stale: bool) -> None:
        number = self.a_run(data)

        async def approves(session: AsyncSession, person: int) -> None:
            await approve_run(session, person, number, "stale" if stale else self.seen.get(number, ""), NOON)

        self.done(data, approves, at_once, dies)

    @rule(data=st.data(), at_once=st.booleans(), dies=st.booleans())
    def somebody_exports(self, data: st.DataObject, at_once: bool, dies: bool) -> None:
        number = self.a_run(data)

        async def exports(session: AsyncSession, person: int) -> None:
            file = await export_run(session, person, number, NOON)
            assert self.files.setdefault(number, file) == file

        self.done(data, exports, at_once, dies)

    @rule(data=st.data(), at_once=st.booleans(), dies=st.booleans())
    def somebody_cancels(self, data: st.DataObject, at_once: bool, dies: bool) -> None:
        number = self.a_run(data)

        async def cancels(session: AsyncSession, person: int) -> None:
            await cancel_run(session, person, number, "A wrong day.", NOON)

        self.done(data, cancels, at_once, dies)

    @rule(data=st.data())
    def one_is_taken_back(self, data: st.DataObject) -> None:
        keys = sorted(key for key, state in self.wait_for(self.states()).items() if state == "confirmed")
        if keys:
            key = data.draw(st.sampled_from(keys))
            self.wait_for(self.taken_back(key))
            if key not in self.keys_in_files():
                self.gone.add(key)

    @invariant()
    def a_payment_is_in_one_live_run(self) -> None:
        live = [line.key for line in self.wait_for(self.rows(PaymentRunLine)) if not line.cancelled]
        assert len(live) == len(set(live))
        in_files = [key for keys in self.keys_by_file().values() for key in keys]
        assert len(in_files) == len(set(in_files))
        assert not self.gone & set(in_files)

    @invariant()
    def an_exported_run_had_two_people_and_a_cancelled_one_has_no_file(self) -> None:
        for run in self.wait_for(self.rows(PaymentRun)):
            if run.state in ("approved", "exported"):
                assert run.approved_by is not None
                assert run.approved_by != run.made_by
            assert run.state != "cancelled" or run.id not in self.files

    @invariant()
    def a_sum_is_the_sum_of_its_lines(self) -> None:
        lines = self.wait_for(self.rows(PaymentRunLine))
        for run in self.wait_for(self.rows(PaymentRun)):
            of_run = [line for line in lines if line.run_id == run.id]
            assert (run.count, run.pence) == (len(of_run), sum(line.pence for line in of_run))
            if run.id in self.files:
                amounts = [row["amount"] for row in csv.DictReader(io.StringIO(self.files[run.id].decode()))]
                assert sum(int(amount.replace(".", "")) for amount in amounts) == run.pence
                assert set(self.keys_by_file()[run.id]) == {line.key for line in of_run}

    def done(
        self,
        data: st.DataObject,
        deed: Callable[[AsyncSession, int], Coroutine[Any, Any, None]],
        at_once: bool,
        dies: bool,
    ) -> None:
        """By one person or by two at once; the second dies before it is kept, or is refused."""
        people = data.draw(st.lists(st.sampled_from(self.people), min_size=2, max_size=2))

        async def one(person: int, *, dies: bool) -> None:
            files, seen = dict(self.files), dict(self.seen)
            try:
                async with self.database.transaction() as session:
                    await deed(session, person)
                    if dies:
                        raise ConnectionError
            except RunRefused:
                pass
            except ConnectionError:
                self.files, self.seen = files, seen

        async def all_of_them() -> None:
            await asyncio.gather(*(one(person, dies=dies) for person in (people if at_once else people[:1])))

        self.wait_for(all_of_them())

    def a_run(self, data: st.DataObject) -> int:
        runs = [run.id for run in self.wait_for(self.rows(PaymentRun)) if run.made_by in self.people]
        return data.draw(st.sampled_from(runs)) if runs else 0

    def keys_by_file(self) -> dict[int, list[str]]:
        read = {number: csv.DictReader(io.StringIO(file.decode())) for number, file in self.files.items()}
        return {number: [row["payment_key"] for row in rows] for number, rows in read.items()}

    def keys_in_files(self) -> set[str]:
        return {key for keys in self.keys_by_file().values() for key in keys}

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(table))).scalars())

    async def states(self) -> dict[str, str]:
        return {row.key: row.state for row in await self.rows(GrantRow)}

    async def taken_back(self, key: str) -> None:
        async with self.database.transaction() as session:
            await grants.mark(session, key, LedgerState.REVERSED, NOON)

    async def everything_is_paid(self) -> None:
        """What an earlier example left is in nobody's way: each example begins with three payments of its own."""
        async with self.database.transaction() as session:
            for row in (await session.execute(select(GrantRow).where(GrantRow.state == "confirmed"))).scalars():
                row.state = "reversed"
            for funding in (await session.execute(select(FundingRow))).scalars():
                funding.state = "reversed"
        await confirmed(self.database)


@contextmanager
def machine_on(database: Database) -> Iterator[type[Runs]]:
    """The machine waits for its work itself, so it has a loop and connections of its own."""
    loop = asyncio.new_event_loop()
    own = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        yield type("Machine", (Runs,), {"database": own, "loop": loop})
    finally:
        loop.run_until_complete(own.close())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def test_whatever_people_do_no_payment_is_in_two_runs_and_no_run_leaves_without_two_people(database: Database) -> None:
    with machine_on(database) as machine:
        run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=12))

"""No payment is ever in two live runs, no run is exported without two people, its sum is always its lines', its file
never pays more than the ledger less the corrections before it, and is the same however often it is taken."""

import asyncio
import csv
import io
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.payment_runs import RunRefused, approve_run, cancel_run, export_run, make_run, waiting_for_run
from store.database import Database
from store.money_tables import GrantCorrection, GrantRow
from store.tracking_tables import PaymentRun, PaymentRunLine
from tests.support.grant_cases import NOON
from tests.support.payment_runs import DAY, confirmed, corrected, officers

T = TypeVar("T")
DEEDS = {
    "made": ["approve"] * 4 + ["export", "cancel"],
    "approved": ["export"] * 4 + ["approve", "cancel"],
    "exported": ["export", "approve", "cancel"],
    "cancelled": ["export", "approve", "cancel"],
}
"""What somebody does with a run, by its state: most often what comes next."""
RARELY = st.sampled_from([False] * 5 + [True])


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
        self.worth: dict[str, int] = {}
        """What the corrections had left of a payment before it was in a file, in pence."""

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begins(self) -> None:
        self.wait_for(self.everything_is_paid())
        self.people = self.wait_for(officers(self.database, 3))
        self.wait_for(self.a_run_is_made())

    @rule(pence=st.sampled_from([1, 12_345, 50_000]))
    def more_is_paid(self, pence: int) -> None:
        self.wait_for(confirmed(self.database, pence=pence))

    @rule(data=st.data(), at_once=RARELY, dies=RARELY)
    def somebody_makes_one(self, data: st.DataObject, at_once: bool, dies: bool) -> None:
        keys = sorted(self.wait_for(self.left()))
        left_out = data.draw(st.lists(st.sampled_from(keys), max_size=2)) if keys else []

        async def makes(session: AsyncSession, person: int) -> None:
            shown = await waiting_for_run(session, DAY)
            number = await make_run(session, person, DAY, shown.frozen, left_out, NOON)
            self.seen[number] = (await session.get_one(PaymentRun, number)).frozen

        self.done(data, makes, at_once, dies)

    @rule(data=st.data(), at_once=RARELY, dies=RARELY, stale=RARELY)
    def somebody_goes_on(self, data: st.DataObject, at_once: bool, dies: bool, stale: bool) -> None:
        """With one of the runs, most often with one that lives."""
        states = {run.id: run.state for run in self.wait_for(self.rows(PaymentRun)) if run.id in self.seen}
        live = sorted(number for number, state in states.items() if state != "cancelled")
        number = data.draw(st.sampled_from(live or sorted(states)))
        deed = data.draw(st.sampled_from(DEEDS[states[number]]))

        async def goes_on(session: AsyncSession, person: int) -> None:
            if deed == "approve":
                await approve_run(session, person, number, "stale" if stale else self.seen[number], NOON)
            elif deed == "cancel":
                await cancel_run(session, person, number, "A wrong day.", NOON)
            else:
                file = await export_run(session, person, number, NOON)
                assert self.files.setdefault(number, file) == file

        self.done(data, goes_on, at_once, dies)

    @precondition(lambda self: bool(self.files))
    @rule(data=st.data())
    def one_of_the_two_takes_the_file_again(self, data: st.DataObject) -> None:
        """Whatever was corrected since, nobody is told to use a file that they may never have got."""
        number = data.draw(st.sampled_from(sorted(self.files)))
        (run,) = [run for run in self.wait_for(self.rows(PaymentRun)) if run.id == number]
        person = data.draw(st.sampled_from([run.made_by, run.approved_by]))
        assert self.wait_for(self.exported(number, person)) == self.files[number]

    @rule(data=st.data())
    def two_take_one_to_the_bank(self, data: st.DataObject) -> None:
        """By chance alone two people seldom come so far."""
        waiting = {run.id: run.made_by for run in self.wait_for(self.rows(PaymentRun)) if run.state == "made"}
        number = data.draw(st.sampled_from(sorted(waiting.keys() & self.seen.keys()) or [0]))
        others = [person for person in self.people if person != waiting.get(number)]

        async def both(session: AsyncSession, person: int) -> None:
            await approve_run(session, others[0], number, self.seen[number], NOON)
            self.files[number] = await export_run(session, others[0], number, NOON)

        if number:
            self.done(data, both, at_once=False, dies=False)

    @rule(data=st.data(), wholly=st.booleans())
    def one_is_taken_back(self, data: st.DataObject, wholly: bool) -> None:
        left = self.wait_for(self.left())
        if left:
            key = data.draw(st.sampled_from(sorted(left)))
            back = left[key] if wholly else data.draw(st.integers(1, left[key]))
            self.wait_for(corrected(self.database, key, -back))
            if key not in self.keys_in_files():
                self.worth[key] = left[key] - back

    @invariant()
    def a_payment_is_in_one_live_run(self) -> None:
        live = [line.key for line in self.wait_for(self.rows(PaymentRunLine)) if not line.cancelled]
        assert len(live) == len(set(live))
        in_files = [key for keys in self.keys_by_file().values() for key in keys]
        assert len(in_files) == len(set(in_files))

    @invariant()
    def a_file_pays_what_the_ledger_has_less_the_corrections(self) -> None:
        whole = {row.key: row.pence for row in self.wait_for(self.rows(GrantRow))}
        for file in self.files.values():
            for row in csv.DictReader(io.StringIO(file.decode())):
                key, pence = row["payment_key"], int(row["amount"].replace(".", ""))
                assert pence == self.worth.get(key, whole[key])
                assert pence > 0

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

    def keys_by_file(self) -> dict[int, list[str]]:
        read = {number: csv.DictReader(io.StringIO(file.decode())) for number, file in self.files.items()}
        return {number: [row["payment_key"] for row in rows] for number, rows in read.items()}

    def keys_in_files(self) -> set[str]:
        return {key for keys in self.keys_by_file().values() for key in keys}

    async def a_run_is_made(self) -> None:
        async with self.database.transaction() as session:
            shown = await waiting_for_run(session, DAY)
            number = await make_run(session, self.people[0], DAY, shown.frozen, (), NOON)
            self.seen[number] = (await session.get_one(PaymentRun, number)).frozen

    async def exported(self, number: int, person: int) -> bytes:
        async with self.database.transaction() as session:
            return await export_run(session, person, number, NOON)

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(table))).scalars())

    async def left(self) -> dict[str, int]:
        """What corrections have left of each payment, in pence; what they took wholly is not in it."""
        back = select(func.coalesce(func.sum(GrantCorrection.pence), 0)).where(
            GrantCorrection.grant_key == GrantRow.key
        )
        net = (GrantRow.pence + back.correlate(GrantRow).scalar_subquery()).label("net")
        async with self.database.transaction() as session:
            rows = (await session.execute(select(GrantRow.key, net))).all()
        return {row.key: row.net for row in rows if row.net > 0}

    async def everything_is_paid(self) -> None:
        """What an earlier example left is in nobody's way: each example begins with three payments of its own."""
        for key, pence in (await self.left()).items():
            await corrected(self.database, key, -pence)
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
        run_state_machine_as_test(machine, settings=settings(max_examples=20, stateful_step_count=20))

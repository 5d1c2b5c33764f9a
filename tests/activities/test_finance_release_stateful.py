"""Any order of releases, deaths and lies: never two payments, never over a cap, and the ledger knows what was paid."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from sqlalchemy import select

from activities.grant_release import release
from store.database import Database
from store.grants import GrantDiffers, GrantIntent, LedgerState, OverCap
from store.tables import GrantRow
from tests.support.clock import FixedClock
from tests.support.crashing import Crash, CrashingClock, CrashingDatabase, CrashingFinance, Fuse
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.grant_cases import NOON, TERMS, GrantCase, add_case

T = TypeVar("T")
MAY_HAVE_BEEN_PAID = {"sent", "unknown", "confirmed"}
CHILDREN = st.integers(min_value=0, max_value=2)
SOME_TERMS = st.lists(st.sampled_from(TERMS), min_size=1, max_size=3, unique=True)
PENCE = st.sampled_from([50_000, 49_999, 30_001, 50_001, 70_000, 1])
MANNERS = st.lists(st.sampled_from(Manner), max_size=3)
STEPS = st.none() | st.integers(min_value=1, max_value=22)


@dataclass(frozen=True)
class Caps:
    """The guidance's, an authority that gives less a year, and one that gives more a term (PROCESS.md, Numbers)."""

    term: int
    year: int


CAPS = (Caps(50_000, 150_000), Caps(50_000, 60_000), Caps(70_000, 150_000))


class Releases(RuleBasedStateMachine):
    """Three children of an authority, whose workers die and whose finance system misbehaves."""

    database: ClassVar[Database]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.book = FinanceBook()
        self.finance = UnreliableFinance(self.book)
        self.cases: list[GrantCase] = []
        self.agreed: dict[tuple[int, str], int] = {}
        self.asked_at_once: set[str] = set()

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def three_children(self) -> None:
        self.cases = [self.wait_for(add_case(self.database)) for _ in CAPS]

    @rule(child=CHILDREN, terms=SOME_TERMS, pence=PENCE, manners=MANNERS, dies_at=STEPS)
    def release(self, child: int, terms: list[str], pence: int, manners: list[Manner], dies_at: int | None) -> None:
        """What was signed off is released, for the first time or again, by the same worker or another."""
        for term in terms:
            self.book.plan(*manners)
            self.wait_for(self.one_life(child, self.grant(child, term, pence), dies_at))

    @rule(child=CHILDREN, terms=SOME_TERMS, pence=PENCE, manners=MANNERS, dies_at=STEPS)
    def release_twice_at_once(
        self, child: int, terms: list[str], pence: int, manners: list[Manner], dies_at: int | None
    ) -> None:
        """A worker that was given up and still runs, and the one that took over."""
        grants = [self.grant(child, term, pence) for term in terms]
        self.asked_at_once |= {grant.key for grant in grants}
        self.book.plan(*manners)
        lives = [self.one_life(child, grant, end) for grant in grants for end in (dies_at, None)]

        async def all_at_once() -> None:
            await asyncio.gather(*lives)

        self.wait_for(all_at_once())

    @precondition(lambda self: self.agreed)
    @rule(pence=PENCE, data=st.data())
    def agree_another_sum(self, pence: int, data: st.DataObject) -> None:
        """Signed off again with another sum."""
        self.agreed[data.draw(st.sampled_from(sorted(self.agreed)))] = pence

    @invariant()
    def M5_no_term_and_no_year_is_over_its_cap(self) -> None:
        for case, caps in zip(self.cases, CAPS, strict=False):
            paid = [order.pence for order in self.book.paid.values() if order.case_ref == case.ref]
            assert all(type(pence) is int and 0 < pence <= caps.term for pence in paid)
            assert sum(paid) <= caps.year

    @invariant()
    def A8_a_child_is_paid_once_a_term(self) -> None:
        paid = [(order.case_ref, order.academic_year, order.term) for order in self.book.paid.values()]
        assert len(paid) == len(set(paid))

    @invariant()
    def A8_nothing_was_sent_twice_without_asking(self) -> None:
        keys = {key for _, key, _ in self.book.asked} - self.asked_at_once
        assert not any(self.book.sent_blindly(key) for key in keys)

    @invariant()
    def A8_the_ledger_knows_what_was_paid(self) -> None:
        rows = {row.key: row for child in range(len(self.cases)) for row in self.rows(child)}
        for key, order in self.book.paid.items():
            assert (rows[key].pence, rows[key].school_urn) == (order.pence, order.school_urn)
            assert rows[key].state in MAY_HAVE_BEEN_PAID
        assert all(row.key in self.book.paid for row in rows.values() if row.state == LedgerState.CONFIRMED)
        assert all(row.key in self.book.refused for row in rows.values() if row.state == LedgerState.FAILED)

    def teardown(self) -> None:
        """When everything works again, everything that was begun comes to its end."""
        self.book.recover()
        for child in range(len(self.cases)):
            for row in self.rows(child):
                case = self.cases[child]
                self.agreed[child, row.term] = row.pence
                grant = self.grant(child, row.term, row.pence)
                end = self.wait_for(release(self.database, FixedClock(NOON), self.finance, grant, case.ref))
                assert end is (LedgerState.FAILED if row.key in self.book.refused else LedgerState.CONFIRMED)
        self.A8_the_ledger_knows_what_was_paid()
        self.M5_no_term_and_no_year_is_over_its_cap()

    def grant(self, child: int, term: str, pence: int) -> GrantIntent:
        """With the sum that was agreed for the term, or else this one."""
        caps, pence = CAPS[child], self.agreed.setdefault((child, term), pence)
        return replace(self.cases[child].grant(term, pence), cap_pence=caps.term, year_cap_pence=caps.year)

    def rows(self, child: int) -> list[GrantRow]:
        async def read() -> list[GrantRow]:
            async with self.database.transaction() as session:
                of_the_child = select(GrantRow).where(GrantRow.case_id == self.cases[child].id)
                return list((await session.execute(of_the_child)).scalars())

        return self.wait_for(read())

    async def one_life(self, child: int, grant: GrantIntent, dies_at: int | None) -> None:
        """A release by a worker that dies at the given step. Refusals by the ledger must be deserved."""
        fuse = Fuse(dies_at)
        database, clock = CrashingDatabase(self.database, fuse), CrashingClock(FixedClock(NOON), fuse)
        finance = CrashingFinance(self.finance, fuse)
        try:
            await release(database, clock, finance, grant, self.cases[child].ref)
        except Crash:
            pass
        except OverCap as refusal:
            self.deserved(refusal, grant)
        except GrantDiffers:
            assert grant.pence not in await self.stored_pence(grant)

    @staticmethod
    def deserved(refusal: OverCap, grant: GrantIntent) -> None:
        assert refusal.already_pence + grant.pence > refusal.cap_pence

    async def stored_pence(self, grant: GrantIntent) -> set[int]:
        async with self.database.transaction() as session:
            return set((await session.execute(select(GrantRow.pence).where(GrantRow.key == grant.key))).scalars())


@contextmanager
def machine_on(database: Database) -> Iterator[type[Releases]]:
    """The machine waits for its work itself, so it has a loop and connections of its own."""
    loop = asyncio.new_event_loop()
    own = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        yield type("Machine", (Releases,), {"database": own, "loop": loop})
    finally:
        loop.run_until_complete(own.close())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def test_M5_A8_never_paid_twice_and_never_over_a_cap_whatever_happens(database: Database) -> None:
    with machine_on(database) as machine:
        run_state_machine_as_test(machine, settings=settings(max_examples=20, stateful_step_count=12))

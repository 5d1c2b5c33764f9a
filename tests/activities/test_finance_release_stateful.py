"""Any order of releases, deaths and lies: never two payments, never over a cap, and the ledger knows what was paid."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
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
from store.grants import (
    ForbiddenStep,
    GrantDiffers,
    GrantIntent,
    LedgerState,
    OverCap,
    UnknownGrant,
    first_key,
)
from store.money_tables import GrantRow
from store.payment_repairs import begin_again, has_room, lock_payment, settle_otherwise
from tests.support.clock import FixedClock
from tests.support.crashing import Crash, CrashingClock, CrashingDatabase, CrashingFinance, Fuse
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.grant_cases import NOON, TERMS, GrantCase, add_case

T = TypeVar("T")
Repair = Callable[[int, str], Coroutine[Any, Any, None]]
MAY_HAVE_BEEN_PAID = {"sent", "unknown", "confirmed"}
CHILDREN = st.integers(min_value=0, max_value=2)
SOME_TERMS = st.lists(st.sampled_from(TERMS), min_size=1, max_size=3, unique=True)
PENCE = st.sampled_from([50_000, 49_999, 30_001, 50_001, 70_000, 1])
MANNERS = st.lists(st.sampled_from(Manner), max_size=3)
WHICH = st.integers(min_value=0, max_value=8)
"""Which of the payments that there are by then: two releases at once leave now these and now those."""
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
        self.otherwise: set[str] = set()
        self.sums: dict[str, int] = {}
        """First keys of what was noted as paid by other means while the finance system had not paid it."""

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

    @rule(which=WHICH, at_once=st.booleans(), manners=MANNERS)
    def two_of_finance_release_it_again(self, which: int, at_once: bool, manners: list[Manner]) -> None:
        """A refusal is put right, perhaps while a worker is just trying it."""
        self.repaired(which, at_once, manners, self.again)

    @rule(which=WHICH, at_once=st.booleans(), manners=MANNERS)
    def two_of_finance_note_it_as_paid(self, which: int, at_once: bool, manners: list[Manner]) -> None:
        """They have the evidence of another payment, or of the one that nobody could tell about."""
        self.repaired(which, at_once, manners, self.noted_as_paid)

    @invariant()
    def A8_what_was_paid_by_other_means_is_never_paid_by_finance(self) -> None:
        assert not self.otherwise & {first_key(key) for key in self.book.paid}

    @invariant()
    def M5_no_term_and_no_year_is_over_its_cap(self) -> None:
        for case, caps in zip(self.cases, CAPS, strict=False):
            paid = [order.pence for order in self.book.paid.values() if order.case_ref == case.ref]
            paid += [self.sums[key] for key in self.otherwise if key.startswith(f"grant-{case.ref}-")]
            assert all(type(pence) is int and 0 < pence <= caps.term for pence in paid)
            assert sum(paid) <= caps.year

    @invariant()
    def A8_a_child_is_paid_once_a_term(self) -> None:
        paid = [(order.case_ref, order.academic_year, order.term) for order in self.book.paid.values()]
        assert len(paid) == len(set(paid))

    @invariant()
    def A8_nothing_was_sent_twice_without_asking(self) -> None:
        keys = {key for _, key, _ in self.book.asked if first_key(key) not in self.asked_at_once}
        assert not any(self.book.sent_blindly(key) for key in keys)

    @invariant()
    def A8_the_ledger_knows_what_was_paid(self) -> None:
        rows = {row.key: row for child in range(len(self.cases)) for row in self.rows(child)}
        for key, order in self.book.paid.items():
            assert (rows[key].pence, rows[key].school_urn) == (order.pence, order.school_urn)
            assert rows[key].state in MAY_HAVE_BEEN_PAID
        for row in rows.values():
            if row.state == LedgerState.CONFIRMED:
                assert row.key in self.book.paid or first_key(row.key) in self.otherwise
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
                is_refused = row.key in self.book.refused and first_key(row.key) not in self.otherwise
                assert end is (LedgerState.FAILED if is_refused else LedgerState.CONFIRMED)
        self.A8_the_ledger_knows_what_was_paid()
        self.M5_no_term_and_no_year_is_over_its_cap()

    def grant(self, child: int, term: str, pence: int) -> GrantIntent:
        """With the sum that was agreed for the term, or else this one."""
        caps, pence = CAPS[child], self.agreed.setdefault((child, term), pence)
        return replace(self.cases[child].grant(term, pence), cap_pence=caps.term, year_cap_pence=caps.year)

    def rows(self, child: int) -> list[GrantRow]:
        async def read() -> list[GrantRow]:
            async with self.database.transaction() as session:
                of_the_child = select(GrantRow).where(GrantRow.case_id == self.cases[child].id).order_by(GrantRow.key)
                return list((await session.execute(of_the_child)).scalars())

        return self.wait_for(read())

    def repaired(self, which: int, at_once: bool, manners: list[Manner], repair: Repair) -> None:
        """To any payment; where there is one that is not settled well, more often to that."""
        rows = [(child, row) for child in range(len(self.cases)) for row in self.rows(child)]
        stuck = [one for one in rows if one[1].state != LedgerState.CONFIRMED]
        if not rows:
            return
        child, row = (stuck or rows)[which % len(stuck or rows)]
        lives = [self.one_life(child, self.grant(child, row.term, row.pence), None)] if at_once else []
        if at_once:
            self.asked_at_once.add(first_key(row.key))
        self.book.plan(*manners)

        async def all_at_once() -> None:
            await asyncio.gather(repair(child, row.key), *lives)

        self.wait_for(all_at_once())

    async def again(self, child: int, key: str) -> None:
        async with self.database.transaction() as session:
            try:
                row = await lock_payment(session, key)
                assert isinstance(row, GrantRow)
                if row.state != LedgerState.FAILED or await has_room(session, row, CAPS[child].year):
                    await begin_again(session, row)
            except (UnknownGrant, ForbiddenStep):
                pass

    async def noted_as_paid(self, child: int, key: str) -> None:
        async with self.database.transaction() as session:
            try:
                row = await lock_payment(session, key)
                assert isinstance(row, GrantRow)
                if row.state == LedgerState.FAILED and not await has_room(session, row, CAPS[child].year):
                    return
                paid_by_finance = key in self.book.paid
                await settle_otherwise(session, row, "BACS 17", NOON)
            except (UnknownGrant, ForbiddenStep):
                return
        if not paid_by_finance:
            self.otherwise.add(first_key(key))
            self.sums[first_key(key)] = row.pence

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
        except UnknownGrant:
            assert grant.key in self.asked_at_once, "released again under another key, while this was under way"

    @staticmethod
    def deserved(refusal: OverCap, grant: GrantIntent) -> None:
        assert refusal.already_pence + grant.pence > refusal.cap_pence

    async def stored_pence(self, grant: GrantIntent) -> set[int]:
        async with self.database.transaction() as session:
            of_the_term = select(GrantRow.pence).where(GrantRow.case_id == grant.case_id, GrantRow.term == grant.term)
            return set((await session.execute(of_the_term)).scalars())


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

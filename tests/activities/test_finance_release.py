"""A release is made exactly once, whatever dies, hangs or lies between the sign-off and the school's money."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from activities.finance import FinanceSystem, PaymentDiffers, PaymentOrder
from activities.finance_http import HttpFinance
from activities.finance_ledger import LedgerFinance
from activities.grant_release import release
from contracts.clock import Clock
from local.postgres import EmbeddedPostgres
from store import grants
from store.database import Database
from store.grants import GrantDiffers, GrantIntent, LedgerState, OverCap
from store.money_tables import Payment
from tests.support.clock import FixedClock
from tests.support.crashing import Crash, CrashingClock, CrashingDatabase, CrashingFinance, Fuse
from tests.support.database import fresh_database
from tests.support.finance_book import WITHOUT_AN_ANSWER, FinanceBook, Manner, UnreliableFinance
from tests.support.finance_server import TOKEN, FinanceServer
from tests.support.grant_cases import NOON, YEAR, GrantCase, add_case

CONFIRMED, FAILED, UNKNOWN = LedgerState.CONFIRMED, LedgerState.FAILED, LedgerState.UNKNOWN
MOST_STEPS = 40


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """One for all tests here: each has children of its own."""
    async with fresh_database(postgres) as fresh:
        yield fresh


async def state_of(database: Database, case: GrantCase, term: str = "autumn") -> str | None:
    async with database.transaction() as session:
        row = await grants.find(session, case.id, YEAR, term)
        return None if row is None else row.state


async def release_until_it_dies(
    database: Database, finance: FinanceSystem, grant: GrantIntent, ref: str, blows_at: int | None
) -> LedgerState | None:
    """One life of a process: the state it came to, or None where it was killed at the given step."""
    fuse = Fuse(blows_at)
    clock: Clock = CrashingClock(FixedClock(NOON), fuse)
    try:
        return await release(CrashingDatabase(database, fuse), clock, CrashingFinance(finance, fuse), grant, ref)
    except Crash:
        return None


async def test_A8_a_release_pays_once_and_is_confirmed(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    assert await release(database, FixedClock(NOON), UnreliableFinance(book), case.grant(), case.ref) is CONFIRMED
    assert book.paid[case.grant().key].pence == 50_000
    asked = len(book.asked)
    assert await release(database, FixedClock(NOON), UnreliableFinance(book), case.grant(), case.ref) is CONFIRMED
    assert len(book.asked) == asked


async def test_A8_killed_at_any_step_it_pays_once(database: Database) -> None:
    lives = 0
    for step in range(1, MOST_STEPS):
        case, book = await add_case(database), FinanceBook()
        finance = UnreliableFinance(book)
        first = await release_until_it_dies(database, finance, case.grant(), case.ref, step)
        lives += first is None
        assert await release(database, FixedClock(NOON), finance, case.grant(), case.ref) is CONFIRMED
        assert len(book.paid) == 1
        assert not book.sent_blindly(case.grant().key)
        if first is CONFIRMED:
            break
    assert lives > 12, "clock, transactions and finance system: there are more than a dozen places to die at"


@pytest.mark.parametrize("manner", [Manner.HANG_BEFORE, Manner.HANG_AFTER])
async def test_A8_killed_again_while_it_finds_out_it_pays_once(database: Database, manner: Manner) -> None:
    for step in range(1, MOST_STEPS):
        case, book = await add_case(database), FinanceBook()
        finance = UnreliableFinance(book)
        book.plan(manner)
        assert await release(database, FixedClock(NOON), finance, case.grant(), case.ref) is UNKNOWN
        second = await release_until_it_dies(database, finance, case.grant(), case.ref, step)
        assert await release(database, FixedClock(NOON), finance, case.grant(), case.ref) is CONFIRMED
        assert len(book.paid) == 1
        assert not book.sent_blindly(case.grant().key)
        if second is CONFIRMED:
            return
    pytest.fail("It never came to its end.")


async def test_A8_killed_at_any_step_the_embedded_ledger_books_once(database: Database, tmp_path: Path) -> None:
    for step in range(1, MOST_STEPS):
        case = await add_case(database)
        fuse = Fuse(step)
        dying, clock = CrashingDatabase(database, fuse), FixedClock(NOON)
        survived = True
        try:
            await release(dying, clock, LedgerFinance(dying, clock, tmp_path), case.grant(), case.ref)
        except Crash:
            survived = False
        finance = LedgerFinance(database, clock, tmp_path)
        assert await release(database, clock, finance, case.grant(), case.ref) is CONFIRMED
        async with database.transaction() as session:
            booked = select(func.count()).select_from(Payment).where(Payment.case_ref == case.ref)
            assert (await session.execute(booked)).scalar_one() == 1
        file = (tmp_path / "payments-2026-11-20.csv").read_text()
        assert file.count(f"{case.grant().key},") == 1
        if survived:
            return
    pytest.fail("It never came to its end.")


async def test_A8_unknown_is_looked_up_and_never_sent_again_blindly(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    book.plan(Manner.HANG_AFTER, Manner.FAIL_BEFORE, Manner.BUSY)
    outcomes = [await release(database, FixedClock(NOON), finance, case.grant(), case.ref) for _ in range(4)]
    assert outcomes == [UNKNOWN, UNKNOWN, UNKNOWN, CONFIRMED]
    assert [asked for asked, _, _ in book.asked] == ["pay", "look_up", "look_up", "look_up"]


async def test_A8_a_key_that_never_arrived_is_sent_again_under_the_same_key(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    book.plan(Manner.HANG_BEFORE, Manner.ACCEPT, Manner.HANG_BEFORE)
    outcomes = [await release(database, FixedClock(NOON), finance, case.grant(), case.ref) for _ in range(3)]
    assert outcomes == [UNKNOWN, UNKNOWN, CONFIRMED]
    assert {key for _, key, _ in book.asked} == {case.grant().key}
    assert not book.sent_blindly(case.grant().key)


async def test_A8_a_refusal_is_final(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    book.plan(Manner.REFUSE)
    for _ in range(2):
        assert await release(database, FixedClock(NOON), UnreliableFinance(book), case.grant(), case.ref) is FAILED
    assert book.paid == {}
    assert len(book.asked) == 1


async def test_A8_many_at_once_pay_once(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    releases = (release(database, FixedClock(NOON), finance, case.grant(), case.ref) for _ in range(6))
    assert set(await asyncio.gather(*releases)) == {CONFIRMED}
    assert len(book.paid) == 1


async def test_A8_a_late_unknown_does_not_unsettle_what_another_has_confirmed(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()

    class Slow(UnreliableFinance):
        """While the first waits for its answer, a second one finds out and confirms."""

        async def pay(self, payment: PaymentOrder):  # type: ignore[no-untyped-def]
            self.book.plan(Manner.HANG_AFTER)
            answer = await super().pay(payment)
            await release(database, FixedClock(NOON), UnreliableFinance(book), case.grant(), case.ref)
            return answer

    assert await release(database, FixedClock(NOON), Slow(book), case.grant(), case.ref) is CONFIRMED
    assert await state_of(database, case) == "confirmed"


async def test_M5_over_the_cap_nothing_is_sent(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    with pytest.raises(OverCap):
        await release(database, FixedClock(NOON), UnreliableFinance(book), case.grant(pence=50_001), case.ref)
    assert book.asked == []
    assert await state_of(database, case) is None


async def test_A8_a_paid_grant_is_not_paid_again_with_another_sum(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
    with pytest.raises(GrantDiffers):
        await release(database, FixedClock(NOON), finance, case.grant(pence=30_000), case.ref)
    assert [order.pence for order in book.paid.values()] == [50_000]


async def test_A8_another_payment_under_the_key_is_an_error_and_counts_as_paid(database: Database) -> None:
    """Our record was restored from an older copy, and the sum agreed since is another one."""
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    book.take(PaymentOrder(case.grant().key, "100001", case.ref, YEAR, "autumn", 40_000), Manner.ACCEPT)
    for _ in range(2):
        with pytest.raises(PaymentDiffers):
            await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
        assert await state_of(database, case) == "unknown"
    async with database.transaction() as session:
        assert await grants.paid_in_year(session, case.id, YEAR) == 50_000


async def test_A8_another_sum_that_a_look_up_finds_is_an_error(database: Database) -> None:
    case, book = await add_case(database), FinanceBook()
    finance = UnreliableFinance(book)
    book.plan(Manner.HANG_BEFORE)
    await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
    book.take(PaymentOrder(case.grant().key, "100001", case.ref, YEAR, "autumn", 40_000), Manner.ACCEPT)
    with pytest.raises(PaymentDiffers):
        await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
    assert await state_of(database, case) == "unknown"


async def test_A8_over_http_a_lost_answer_ends_in_one_payment(database: Database) -> None:
    async with FinanceServer() as server, HttpFinance(server.url, TOKEN, timeout_seconds=0.25) as finance:
        for number, manner in enumerate(WITHOUT_AN_ANSWER, start=1):
            case = await add_case(database)
            server.book.plan(manner)
            first = await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
            second = await release(database, FixedClock(NOON), finance, case.grant(), case.ref)
            assert (manner, first, second) == (manner, UNKNOWN, CONFIRMED)
            assert len(server.book.paid) == number
            assert not server.book.sent_blindly(case.grant().key)


async def test_A8_what_was_stored_first_is_what_is_sent(database: Database) -> None:
    """A release goes on from its own row; a newer act of sign-off changes nothing in it."""
    case, book = await add_case(database), FinanceBook()
    async with database.transaction() as session:
        await grants.intend(session, case.grant(), NOON)
    again = replace(case.grant(), signed_off_by_act=case.grant("spring").signed_off_by_act)
    assert await release(database, FixedClock(NOON), UnreliableFinance(book), again, case.ref) is CONFIRMED

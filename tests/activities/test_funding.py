"""A12: what was agreed is paid exactly once, whatever dies, hangs or lies between the decision and the money."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from activities.finance import FinanceSystem, PaymentOrder
from activities.finance_ledger import LedgerFinance
from activities.funding import Funding, FundingLedger
from activities.paying import pay_once
from casework.imports import ImportReport
from contracts.errors import Fault
from contracts.funding import Decision, FundingStanding, FundingStep
from store.database import Database
from store.grants import LedgerState
from store.money_tables import FundingRow
from store.schools import NO_SCHOOL, no_school_urn
from store.tables import School, StoredAct
from tests.activities.test_finance_release_stateful import MANNERS, STEPS, machine_on
from tests.support.clock import FixedClock
from tests.support.crashing import Crash, CrashingClock, CrashingDatabase, CrashingFinance, Fuse
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.funding import ASKED, applies, events, is_decided, rows
from tests.support.grant_cases import NOON, SCHOOLS, YEAR, GrantCase, add_case
from tests.support.reviews import SW
from tests.support.taken import CHILD, Desk, in_force

MOST_STEPS = 40


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    return Desk(database, clock)


@pytest.fixture
async def agreed(desk: Desk) -> Desk:
    """An application of the desk's child was agreed on 21 October."""
    await in_force(desk)
    act = await applies(desk.on("2026-10-19"))
    await is_decided(desk.on("2026-10-21"), act)
    return desk


async def the_row(desk: Desk) -> FundingRow:
    (row,) = await rows(desk.database)
    return row


def activity_of(desk: Desk, finance: FinanceSystem) -> Funding:
    return Funding(desk.database, desk.clock, finance)


async def test_A12_it_is_paid_once_to_the_school_of_the_decision_and_noted_once(agreed: Desk) -> None:
    row, book = await the_row(agreed), FinanceBook()
    funding = activity_of(agreed, UnreliableFinance(book))
    for _ in range(3):
        assert (await funding.pay_funding(row.id)).paid
    assert row.school_urn is not None
    key = f"funding-{CHILD}-1"
    assert book.paid == {key: PaymentOrder(key, row.school_urn, CHILD, "2026/27", "autumn", ASKED)}
    assert len(book.asked) == 1
    assert [one.facts for one in await events(agreed.database, "funding")] == [{"pence": ASKED, "key": key}]
    assert (await the_row(agreed)).state == "confirmed"


async def test_A12_killed_at_any_step_it_is_paid_and_noted_once(agreed: Desk) -> None:
    """One process after another dies a step later than the one before; the last of them finishes."""
    row, book = await the_row(agreed), FinanceBook()
    finance, lives = UnreliableFinance(book), 0
    for step in range(1, MOST_STEPS):
        fuse = Fuse(step)
        database, clock = CrashingDatabase(agreed.database, fuse), CrashingClock(agreed.clock, fuse)
        try:
            await Funding(database, clock, CrashingFinance(finance, fuse)).pay_funding(row.id)
            break
        except Crash:
            lives += 1
    assert lives > 8
    assert len(book.paid) == 1
    assert not book.sent_blindly(row.key or "")
    assert len(await events(agreed.database, "funding")) == 1


async def test_A12_many_at_once_pay_once(agreed: Desk) -> None:
    row, book = await the_row(agreed), FinanceBook()
    funding = activity_of(agreed, UnreliableFinance(book))
    standings = await asyncio.gather(*(funding.pay_funding(row.id) for _ in range(4)))
    assert all(standing.paid for standing in standings)
    assert len(book.paid) == 1
    assert len(await events(agreed.database, "funding")) == 1


@pytest.mark.parametrize(
    ("manner", "fault"), [(Manner.HANG_AFTER, Fault.FINANCE_UNKNOWN), (Manner.REFUSE, Fault.FINANCE_REFUSED)]
)
async def test_A12_what_is_not_paid_for_certain_says_who_must_act(agreed: Desk, manner: Manner, fault: Fault) -> None:
    row, book = await the_row(agreed), FinanceBook()
    book.plan(manner)
    with pytest.raises(ApplicationError) as raised:
        await activity_of(agreed, UnreliableFinance(book)).pay_funding(row.id)
    assert raised.value.type == fault
    assert CHILD not in str(raised.value)
    assert await events(agreed.database, "funding") == []


async def test_A12_what_was_not_agreed_is_not_paid(desk: Desk) -> None:
    await in_force(desk)
    act, book = await applies(desk.on("2026-10-19")), FinanceBook()
    funding = activity_of(desk, UnreliableFinance(book))
    for _ in range(2):
        with pytest.raises(ApplicationError):
            await funding.pay_funding((await the_row(desk)).id)
        if (await the_row(desk)).decision is None:
            await is_decided(desk, act, agreed=False)
    assert book.asked == []


async def test_A12_what_the_virtual_school_keeps_nobody_is_asked_to_pay(desk: Desk) -> None:
    await in_force(desk)
    act, book = await applies(desk.on("2026-10-19")), FinanceBook()
    await desk.on("2026-10-20").does(SW, "change_school", **{"from": "2026-10-20"})
    await is_decided(desk, act)
    funding = activity_of(desk, UnreliableFinance(book))
    for _ in range(2):
        standing = await funding.pay_funding((await the_row(desk)).id)
        assert standing == FundingStanding(Decision.AGREED, paid=False, kept=True)
    assert book.asked == []
    assert await events(desk.database, "funding") == []


async def test_A12_what_was_agreed_with_a_school_is_paid_to_it_though_the_place_is_lost(agreed: Desk) -> None:
    row, book = await the_row(agreed), FinanceBook()
    await agreed.does(SW, "change_school", **{"from": "2026-10-21"})
    assert (await activity_of(agreed, UnreliableFinance(book)).pay_funding(row.id)).paid
    assert [order.school_urn for order in book.paid.values()] == [row.school_urn]


async def test_A12_no_payment_names_what_stands_for_no_school(agreed: Desk) -> None:
    row, book = await the_row(agreed), FinanceBook()
    async with agreed.database.transaction() as session:
        session.add(School(urn=no_school_urn("staffordshire"), name=NO_SCHOOL, calendar="staffordshire"))
        await session.flush()
        (await session.get_one(FundingRow, row.id)).school_urn = no_school_urn("staffordshire")
    with pytest.raises(ApplicationError) as raised:
        await activity_of(agreed, UnreliableFinance(book)).pay_funding(row.id)
    assert (raised.value.type, book.asked) == (Fault.RECORD_DISAGREES, [])


async def test_A12_a_late_decision_is_not_told_before_its_time(desk: Desk) -> None:
    await in_force(desk)
    await applies(desk.on("2026-10-19"))
    row, funding = await the_row(desk), activity_of(desk, UnreliableFinance(FinanceBook()))
    step = FundingStep(row.id, row.decide_by)
    with pytest.raises(ApplicationError) as raised:
        await funding.escalate_funding(step)
    assert raised.value.type == Fault.CLOCK_SKEW
    desk.clock.set(row.decide_by - timedelta(seconds=1))
    assert await funding.escalate_funding(step) == FundingStanding(None)
    assert len(await events(desk.database, "funding_late")) == 1


async def test_A12_the_embedded_ledger_has_it_beside_the_grant_of_the_term(
    agreed: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("payments")
    finance = LedgerFinance(agreed.database, agreed.clock, folder)
    await activity_of(agreed, finance).pay_funding((await the_row(agreed)).id)
    assert f"funding-{CHILD}-1," in (folder / "payments-2026-10-21.csv").read_text()


def test_A12_never_paid_twice_whatever_happens(database: Database) -> None:
    """Any lives of any workers on any answers of the finance system, then one in good health."""

    async def lives(database: Database, each: list[tuple[list[Manner], int | None]]) -> None:
        case, book = await add_case(database), FinanceBook()
        order, finance = await _an_order(database, case), UnreliableFinance(book)
        for manners, dies_at in each:
            book.plan(*manners)
            fuse = Fuse(dies_at)
            dying, clock = CrashingDatabase(database, fuse), CrashingClock(FixedClock(NOON), fuse)
            try:
                await pay_once(dying, clock, CrashingFinance(finance, fuse), FundingLedger(order))
            except Crash:
                continue
        book.recover()
        end = await pay_once(database, FixedClock(NOON), finance, FundingLedger(order))
        assert end is (LedgerState.FAILED if book.refused else LedgerState.CONFIRMED)
        assert list(book.paid.values()) == ([] if book.refused else [order])
        assert not book.sent_blindly(order.key)

    with machine_on(database) as machine:

        @settings(max_examples=30)
        @given(each=st.lists(st.tuples(MANNERS, STEPS), max_size=5))
        def whatever(each: list[tuple[list[Manner], int | None]]) -> None:
            machine.loop.run_until_complete(lives(machine.database, each))

        whatever()


async def _an_order(database: Database, case: GrantCase) -> PaymentOrder:
    """An agreed application of a child, as the decision leaves it."""
    act, key, review = f"{case.id}-applied", f"funding-{case.ref}-1", f"{case.id}-autumn"
    async with database.transaction() as session:
        kept = {"case_id": case.id, "review_id": review, "at": NOON, "body": {}}
        session.add(StoredAct(id=act, action="apply_for_funding", by="social_worker", **kept))
        await session.flush()
        agreed = {"decision": "agreed", "pence": ASKED, "key": key, "school_urn": SCHOOLS[0], "state": "intent"}
        applied = {"case_id": case.id, "review_id": review, "act_id": act, "applied_by": "social_worker"}
        session.add(FundingRow(id=f"{case.id}-funding", asked_pence=ASKED, decide_by=NOON, **applied, **agreed))
    return PaymentOrder(key, SCHOOLS[0], case.ref, YEAR, "autumn", ASKED)

"""What two people of finance may do to a payment that is stuck, and that the case then moves on by itself (A8, A12)."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from activities.finance import PaymentAnswer, PaymentOrder
from activities.finance_ledger import LedgerFinance
from activities.funding import Funding
from activities.grants import Grants
from casework.imports import ImportReport
from casework.payment_repairs import PaymentRepairRefused, paid_otherwise, pay_again
from contracts.errors import Fault
from store.database import Database
from store.money_tables import FundingRow, GrantRow
from store.tables import CaseEvent
from store.watch_tables import CaseHold
from tests.repairs.watching import parts_of
from tests.support.clock import FixedClock
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.funding import ASKED, applies, is_decided
from tests.support.reviews import DT, SW, VS
from tests.support.taken import CHILD, Desk, complete, held, in_force
from watch.looks import payments
from watch.looks.patience import AS_IN_SERVICE

GRANT = f"grant-{CHILD}-2026-27-autumn"
FUNDING = f"funding-{CHILD}-1"
BY = "finance"
WAITS = (timedelta(seconds=10), AS_IN_SERVICE.answered)


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    return Desk(database, clock)


@pytest.fixture
async def paying(desk: Desk) -> Desk:
    """Signed off on 19 October, nothing paid yet."""
    await held(desk)
    await complete(desk.on("2026-10-16"))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.on("2026-10-19").does(VS, "sign_off")
    return desk


async def tried(desk: Desk, book: FinanceBook) -> Fault | None:
    """One attempt of the activity that pays the grant; gives what it said where it did not end."""
    review = (await desk.reviews())[0]
    try:
        await Grants(desk.database, desk.clock, UnreliableFinance(book)).release_grant(review.plan.review_id)
    except ApplicationError as error:
        return Fault(str(error.type))
    return None


async def grant(desk: Desk) -> GrantRow:
    rows: list[GrantRow] = await desk.rows(GrantRow)
    assert len(rows) == 1
    return rows[0]


async def history(desk: Desk, what: str) -> list[dict[str, object]]:
    return [row.facts for row in await desk.rows(CaseEvent) if row.what == what]


async def refusal(session: AsyncSession, key: str, *, again: bool, now: FixedClock) -> str:
    with pytest.raises(PaymentRepairRefused) as raised:
        await (pay_again(session, key, await now.now(), BY) if again else noted(session, key, now))
    return raised.value.sentence


async def noted(session: AsyncSession, key: str, clock: FixedClock) -> None:
    await paid_otherwise(session, key, "CHAPS 4711", await clock.now(), BY)


async def test_A8_a_refused_grant_is_released_again_under_a_new_key_and_the_case_moves_on(paying: Desk) -> None:
    book = FinanceBook()
    book.plan(Manner.REFUSE)
    assert await tried(paying, book) is Fault.FINANCE_REFUSED
    assert await tried(paying, book) is Fault.FINANCE_REFUSED, "the activity goes on trying, and asks nobody"
    async with paying.database.transaction() as session:
        assert await pay_again(session, GRANT, await paying.clock.now(), BY) == f"{GRANT}/2"
    assert await tried(paying, book) is None
    assert (set(book.paid), book.refused) == ({f"{GRANT}/2"}, {GRANT})
    row = await grant(paying)
    assert (row.key, row.state, row.refused_before) == (f"{GRANT}/2", "confirmed", 1)
    assert await history(paying, "released_again") == [{"pence": row.pence, "refused": GRANT, "key": f"{GRANT}/2"}]
    assert await history(paying, "grant") == [{"pence": row.pence, "key": f"{GRANT}/2"}]
    assert await paying.stages() == ["in_force"]


async def test_A8_refused_twice_it_has_a_third_key(paying: Desk) -> None:
    book = FinanceBook()
    book.plan(Manner.REFUSE, Manner.REFUSE)
    for key in (GRANT, f"{GRANT}/2"):
        assert await tried(paying, book) is Fault.FINANCE_REFUSED
        async with paying.database.transaction() as session:
            await pay_again(session, key, await paying.clock.now(), BY)
    assert await tried(paying, book) is None
    assert set(book.paid) == {f"{GRANT}/3"}


async def test_A8_what_was_paid_by_other_means_is_not_sent_and_the_case_moves_on(paying: Desk) -> None:
    book = FinanceBook()
    book.plan(*[Manner.HANG_BEFORE] * 2)
    assert await tried(paying, book) is Fault.FINANCE_UNKNOWN
    async with paying.database.transaction() as session:
        await noted(session, GRANT, paying.clock)
        await noted(session, GRANT, paying.clock)
    assert await tried(paying, book) is None
    assert book.paid == {}
    assert (await grant(paying)).paid_otherwise == "CHAPS 4711"
    assert len(await history(paying, "paid_otherwise")) == 1, "the same evidence again changes nothing"
    assert await paying.stages() == ["in_force"]


async def test_A8_only_what_is_stuck_is_repaired_and_a_refusal_says_what_to_do(paying: Desk) -> None:
    book, clock = FinanceBook(), paying.clock
    async with paying.database.transaction() as session:
        session.add(CaseHold(case_id=(await paying.case()).id, held_at=await clock.now(), repair_id=None))
    assert await tried(paying, book) is Fault.ON_HOLD
    async with paying.database.transaction() as session:
        assert "goes out by itself" in await refusal(session, GRANT, again=True, now=clock)
        assert "Hold the case first" in await refusal(session, GRANT, again=False, now=clock)
        (await session.get_one(GrantRow, GRANT)).state = "sent"
        await session.flush()
        for again in (True, False):
            assert "being sent just now" in await refusal(session, GRANT, again=again, now=clock)
        (await session.get_one(GrantRow, GRANT)).state = "unknown"
        await session.flush()
        assert "not made again" in await refusal(session, GRANT, again=True, now=clock)
        assert "new key" in await refusal(session, "grant-nobody", again=True, now=clock)
        with pytest.raises(PaymentRepairRefused, match="reference of the evidence"):
            await paid_otherwise(session, GRANT, " ", await clock.now(), BY)
        await noted(session, GRANT, clock)
        assert "second one is never made" in await refusal(session, GRANT, again=True, now=clock)


async def test_A8_what_finance_has_booked_was_not_paid_otherwise(
    paying: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Booked, and its file could not be written: unknown to us until the next attempt."""
    no_folder = tmp_path_factory.mktemp("payments") / "file"
    no_folder.write_text("")
    review = (await paying.reviews())[0].plan.review_id
    finance = LedgerFinance(paying.database, paying.clock, no_folder)
    with pytest.raises(ApplicationError):
        await Grants(paying.database, paying.clock, finance).release_grant(review)
    async with paying.database.transaction() as session:
        assert "was paid there" in await refusal(session, GRANT, again=False, now=paying.clock)


class Watched(UnreliableFinance):
    """A finance system that takes its time, and what the watch sees seconds and five minutes after it was sent."""

    def __init__(self, desk: Desk, book: FinanceBook) -> None:
        super().__init__(book)
        self.desk = desk
        self.seen: list[list[str]] = []

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        parts, sent = await parts_of(self.desk.database, self.desk.clock), self.desk.clock.at
        for passed in WAITS:
            self.desk.clock.set(sent + passed)
            stuck = await payments.look(parts, self.desk.clock.at, AS_IN_SERVICE)
            self.seen.append([one.error_type for one in stuck])
        return await super().pay(payment)


FIVE_MINUTES_FROM_SENDING = [[], ["NoAnswerYet"]]
"""What the watch sees of one payment, whenever it was ordered."""


async def test_a_payment_that_was_on_hold_for_days_is_without_an_answer_only_five_minutes_after_it_was_sent(
    paying: Desk,
) -> None:
    finance = Watched(paying, FinanceBook())
    case_id = (await paying.case()).id
    async with paying.database.transaction() as session:
        session.add(CaseHold(case_id=case_id, held_at=await paying.clock.now(), repair_id=None))
    assert await tried(paying, finance.book) is Fault.ON_HOLD
    async with paying.database.transaction() as session:
        await session.delete(await session.get_one(CaseHold, case_id))
    review = (await paying.on("2026-10-26").reviews())[0].plan.review_id
    await Grants(paying.database, paying.clock, finance).release_grant(review)
    assert finance.seen == FIVE_MINUTES_FROM_SENDING


async def test_a_grant_that_is_paid_again_is_without_an_answer_only_five_minutes_after_it_was_sent_anew(
    paying: Desk,
) -> None:
    finance = Watched(paying, FinanceBook())
    finance.book.plan(Manner.REFUSE)
    assert await tried(paying, finance.book) is Fault.FINANCE_REFUSED
    async with paying.database.transaction() as session:
        await pay_again(session, GRANT, await paying.clock.now(), BY)
    assert (await grant(paying)).sent_at is None, "it waits to be sent"
    review = (await paying.on("2026-10-26").reviews())[0].plan.review_id
    await Grants(paying.database, paying.clock, finance).release_grant(review)
    assert finance.seen == FIVE_MINUTES_FROM_SENDING


async def test_a_payment_that_was_sent_before_its_instant_was_kept_counts_from_its_order(paying: Desk) -> None:
    """A row of the code before: sent, and nobody knows when."""
    await tried(paying, FinanceBook())
    async with paying.database.transaction() as session:
        row = await session.get_one(GrantRow, GRANT)
        row.state, row.sent_at, row.settled_at = "sent", None, None
    parts = await parts_of(paying.database, paying.clock)
    found = [await payments.look(parts, row.intended_at + wait, AS_IN_SERVICE) for wait in WAITS]
    assert [[one.error_type for one in stuck] for stuck in found] == FIVE_MINUTES_FROM_SENDING


async def test_M5_a_refused_grant_takes_no_pounds_that_another_term_has_taken(paying: Desk) -> None:
    book = FinanceBook()
    book.plan(Manner.REFUSE)
    await tried(paying, book)
    row = await grant(paying)
    async with paying.database.transaction() as session:
        facts = {"case_id": row.case_id, "review_id": row.review_id, "signed_off_by_act": row.signed_off_by_act}
        other = {"key": "grant-other", "academic_year": "2026/27", "term": "spring", "school_urn": row.school_urn}
        sums = {"pence": 150_000, "cap_pence": 150_000, "state": "confirmed", "intended_at": row.intended_at}
        session.add(GrantRow(**facts, **other, **sums))
        await session.flush()
        for again in (True, False):
            assert "would pass the cap" in await refusal(session, GRANT, again=again, now=paying.clock)


async def test_A8_a_held_case_is_not_paid_but_what_was_sent_is_looked_up(paying: Desk) -> None:
    book = FinanceBook()
    book.plan(Manner.HANG_BEFORE, Manner.HANG_BEFORE)
    assert await tried(paying, book) is Fault.FINANCE_UNKNOWN
    async with paying.database.transaction() as session:
        session.add(CaseHold(case_id=(await paying.case()).id, held_at=await paying.clock.now(), repair_id=None))
    assert await tried(paying, book) is Fault.FINANCE_UNKNOWN
    assert await tried(paying, book) is Fault.ON_HOLD, "finance has never heard of it, and it is not sent again"
    assert [asked for asked, _, _ in book.asked] == ["pay", "look_up", "look_up"]
    async with paying.database.transaction() as session:
        await session.delete(await session.get_one(CaseHold, (await paying.case()).id))
    assert await tried(paying, book) is None
    assert set(book.paid) == {GRANT}


async def test_A8_while_it_is_being_sent_nobody_can_note_it_as_paid_otherwise(paying: Desk) -> None:
    book, said = FinanceBook(), []

    class WhileSending(UnreliableFinance):
        async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
            async with paying.database.transaction() as session:
                said.append(await refusal(session, payment.key, again=False, now=paying.clock))
            return await super().pay(payment)

    review = (await paying.reviews())[0].plan.review_id
    await Grants(paying.database, paying.clock, WhileSending(book)).release_grant(review)
    assert len(said) == 1
    assert "being sent just now" in said[0]
    assert (set(book.paid), (await grant(paying)).paid_otherwise) == ({GRANT}, None)


async def test_additional_funding_is_without_an_answer_only_five_minutes_after_it_was_sent(desk: Desk) -> None:
    await in_force(desk)
    await is_decided(desk.on("2026-10-21"), await applies(desk.on("2026-10-19")))
    (row,) = await desk.rows(FundingRow)
    finance = Watched(desk.on("2026-10-26"), FinanceBook())
    assert (await Funding(desk.database, desk.clock, finance).pay_funding(row.id)).paid
    assert finance.seen == FIVE_MINUTES_FROM_SENDING


@pytest.mark.parametrize("again", [True, False])
async def test_A12_additional_funding_is_repaired_in_the_same_ways(desk: Desk, again: bool) -> None:
    await in_force(desk)
    act = await applies(desk.on("2026-10-19"))
    await is_decided(desk.on("2026-10-21"), act)
    (row,) = await desk.rows(FundingRow)
    book = FinanceBook()
    book.plan(Manner.REFUSE)
    activity = Funding(desk.database, desk.clock, UnreliableFinance(book))
    with pytest.raises(ApplicationError):
        await activity.pay_funding(row.id)
    async with desk.database.transaction() as session:
        await (
            pay_again(session, FUNDING, await desk.clock.now(), BY) if again else noted(session, FUNDING, desk.clock)
        )
    assert (await activity.pay_funding(row.id)).paid
    assert list(book.paid) == ([f"{FUNDING}/2"] if again else [])
    assert await history(desk, "funding") == [{"pence": ASKED, "key": f"{FUNDING}/2" if again else FUNDING}]

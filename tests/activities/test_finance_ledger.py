"""The embedded finance system: books once, and every booked payment is in the file of its day."""

import asyncio
import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from activities.finance import PaymentDiffers, PaymentOrder, PaymentOutcome
from activities.finance_ledger import LedgerFinance
from store import payments
from store.database import Database
from store.money_tables import Payment
from tests.support.clock import FixedClock
from tests.support.crashing import Crash, CrashingDatabase, Fuse
from tests.support.grant_cases import NOON


def order(number: int = 1, pence: int = 50_000) -> PaymentOrder:
    return PaymentOrder(f"grant-C{number}-2026-27-autumn", "100001", f"C{number}", "2026/27", "autumn", pence)


def keys_in(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["payment_key"] for row in csv.DictReader(file)]


def files_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def booked(database: Database) -> int:
    async with database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(Payment))).scalar_one()


async def test_A8_the_same_key_twice_is_one_payment_in_one_row(database: Database, tmp_path: Path) -> None:
    finance = LedgerFinance(database, FixedClock(NOON), tmp_path)
    answers = [await finance.pay(order()) for _ in range(2)]
    assert [answer.outcome for answer in answers] == [PaymentOutcome.ACCEPTED] * 2
    assert await booked(database) == 1
    assert keys_in(tmp_path / "payments-2026-11-20.csv") == [order().key]


async def test_A8_a_retry_on_a_later_day_stays_in_the_file_of_the_first(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    finance = LedgerFinance(database, clock, tmp_path)
    await finance.pay(order())
    clock.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    answer = await finance.pay(order())
    assert answer.reference == "payments-2026-11-20.csv"
    assert files_in(tmp_path) == ["payments-2026-11-20.csv"]


async def test_A8_the_same_key_with_another_sum_is_refused(database: Database, tmp_path: Path) -> None:
    finance = LedgerFinance(database, FixedClock(NOON), tmp_path)
    await finance.pay(order(pence=50_000))
    with pytest.raises(PaymentDiffers):
        await finance.pay(order(pence=40_000))
    answer = await finance.look_up(order().key)
    assert answer.pence == 50_000
    assert await booked(database) == 1


async def test_a_file_holds_the_london_day(database: Database, tmp_path: Path) -> None:
    """23:30 UTC on 30 June is 1 July in London."""
    clock = FixedClock(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    finance = LedgerFinance(database, clock, tmp_path)
    await finance.pay(order(1))
    clock.at = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    await finance.pay(order(2))
    assert keys_in(tmp_path / "payments-2027-07-01.csv") == [order(1).key]
    assert keys_in(tmp_path / "payments-2027-06-30.csv") == [order(2).key]


async def test_many_at_once_are_all_in_the_file(database: Database, tmp_path: Path) -> None:
    finance = LedgerFinance(database, FixedClock(NOON), tmp_path)
    orders = [order(number) for number in range(1, 9)]
    await asyncio.gather(*(finance.pay(one) for one in orders + orders))
    assert sorted(keys_in(tmp_path / "payments-2026-11-20.csv")) == sorted(one.key for one in orders)
    assert await booked(database) == len(orders)


async def test_two_never_write_the_same_file_at_once(database: Database, tmp_path: Path) -> None:
    """Else the one that read the table first could be the last to write, and a payment would be missing."""
    async with database.transaction() as session:
        await payments.lock_payment_file(session, NOON.date())
        paying = asyncio.create_task(LedgerFinance(database, FixedClock(NOON), tmp_path).pay(order()))
        done, _ = await asyncio.wait({paying}, timeout=0.2)
        assert not done
        assert files_in(tmp_path) == []
    assert (await paying).outcome is PaymentOutcome.ACCEPTED
    assert files_in(tmp_path) == ["payments-2026-11-20.csv"]


async def test_A8_a_payment_that_was_booked_before_a_crash_reaches_its_file(database: Database, tmp_path: Path) -> None:
    finance = LedgerFinance(database, FixedClock(NOON), tmp_path)
    for step in range(1, 7):
        with pytest.raises(Crash):
            await LedgerFinance(CrashingDatabase(database, Fuse(step)), FixedClock(NOON), tmp_path).pay(order(step))
        if (await finance.look_up(order(step).key)).outcome is PaymentOutcome.NOT_FOUND:
            await finance.pay(order(step))
        assert keys_in(tmp_path / "payments-2026-11-20.csv").count(order(step).key) == 1
        assert await booked(database) == step


async def test_a_payment_whose_file_cannot_be_written_is_not_yet_accepted(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "payments"
    folder.write_text("in the way")
    finance = LedgerFinance(database, FixedClock(NOON), folder)
    assert (await finance.pay(order())).outcome is PaymentOutcome.UNKNOWN
    assert (await finance.look_up(order().key)).outcome is PaymentOutcome.UNKNOWN
    folder.unlink()
    assert (await finance.look_up(order().key)).outcome is PaymentOutcome.ACCEPTED
    assert keys_in(folder / "payments-2026-11-20.csv") == [order().key]


async def test_a_key_that_was_never_booked_is_not_found(database: Database, tmp_path: Path) -> None:
    answer = await LedgerFinance(database, FixedClock(NOON), tmp_path).look_up("grant-nobody")
    assert answer.outcome is PaymentOutcome.NOT_FOUND

"""A payment run takes two people, of the very list that was shown; what it held is free again when it is cancelled."""

import asyncio
import csv
import io
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from casework.payment_rows import COLUMNS
from casework.payment_runs import RunRefused, approve_run, cancel_run, export_run, make_run, waiting_for_run
from contracts.payments import MoneyState
from contracts.people import Role
from store import grants
from store.database import Database
from store.grants import LedgerState
from store.ledger import ledger_line
from store.money_tables import GrantRow
from store.tables import Case
from store.tracking_tables import PaymentRun
from tests.support.grant_cases import NOON
from tests.support.payment_runs import DAY, confirmed, corrected, officers


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
    await corrected(database, keys[0], -50_000)
    assert "it was corrected" in await refused(approved(database, second, number))
    assert "Say why" in await refused(_cancelled_without_reason(database, first, number))
    await cancelled(database, first, number)
    again = await made(database, second)
    assert (await the_run(database, again)).count == 2
    await approved(database, third, again)
    assert "two people" in await refused(exported(database, first, again))


async def test_a_run_pays_what_corrections_have_left_and_nothing_that_is_owed_back_wholly(database: Database) -> None:
    keys, (first, second) = await confirmed(database), await officers(database, 2)
    await corrected(database, keys[0], -50_000)
    await corrected(database, keys[1], -20_000)
    number = await made(database, first)
    await approved(database, second, number)
    file = await exported(database, first, number)
    assert amounts(file) == {keys[1]: "300.00", keys[2]: "500.00"}
    assert await stands(database, keys[0]) == (MoneyState.OWED_BACK, 50_000, 50_000)
    assert await stands(database, keys[1]) == (MoneyState.PAID, 30_000, 0), "no school owes what it never got"
    await corrected(database, keys[1], -10_000)
    assert await stands(database, keys[1]) == (MoneyState.OWED_BACK, 30_000, 10_000)
    assert await exported(database, first, number) == file, "what was handed over does not change any more"
    await corrected(database, keys[1], 30_000)
    assert await stands(database, keys[1]) == (MoneyState.PAID, 30_000, 0)


async def test_a_file_that_never_arrived_is_taken_again_whatever_became_of_its_payments(database: Database) -> None:
    """The browser lost the file; then one payment is corrected, one is taken back and a child gets another number."""
    keys, (first, second) = await confirmed(database), await officers(database, 2)
    number = await made(database, first)
    await approved(database, second, number)
    file = await exported(database, first, number)
    await corrected(database, keys[0], -20_000)
    await corrected(database, keys[2], -50_000)
    async with database.transaction() as session:
        await grants.mark(session, keys[1], LedgerState.REVERSED, NOON + timedelta(days=200))
        child = await session.get_one(Case, (await session.get_one(GrantRow, keys[1])).case_id)
        child.ref += "-new"
    assert await exported(database, second, number) == file
    assert await stands(database, keys[0]) == (MoneyState.OWED_BACK, 50_000, 20_000)


async def test_a_correction_after_the_approval_stops_the_file_and_what_came_back_waits_again(
    database: Database,
) -> None:
    keys, (first, second) = await confirmed(database), await officers(database, 2)
    number = await made(database, first)
    await approved(database, second, number)
    await corrected(database, keys[0], -1)
    assert "Cancel the run" in await refused(exported(database, second, number))
    await cancelled(database, first, number)
    await corrected(database, keys[0], 1)
    async with database.transaction() as session:
        assert (await waiting_for_run(session, DAY)).pence == 150_000


def amounts(file: bytes) -> dict[str, str]:
    return {row["payment_key"]: row["amount"] for row in csv.DictReader(io.StringIO(file.decode()))}


async def stands(database: Database, key: str) -> tuple[MoneyState, int, int]:
    async with database.transaction() as session:
        line = await ledger_line(session, key)
    assert line is not None
    return line.state, line.pence, line.owed_pence


async def _cancelled_without_reason(database: Database, person: int, number: int) -> None:
    async with database.transaction() as session:
        await cancel_run(session, person, number, " ", NOON)


async def test_two_at_once_and_a_double_click_make_one_run(database: Database) -> None:
    (first, second), _ = await officers(database, 2), await confirmed(database)
    outcomes = await asyncio.gather(*(made(database, one) for one in (first, first, second)), return_exceptions=True)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, RunRefused) for outcome in outcomes) == 2

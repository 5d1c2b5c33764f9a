"""On real Temporal: a refused payment is tried again and again, and once it is repaired its workflow moves on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.payment_repairs import paid_otherwise, pay_again
from contracts.funding import Decision, FundingOutcome
from contracts.ids import funding_workflow_id
from store.database import Database
from store.money_tables import FundingRow
from store.tables import Case
from store.watch_tables import CaseHold
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, until
from tests.workflows.test_A12_funding import applies, decides

AGAIN, OTHERWISE, HELD = "apply-again", "apply-otherwise", "apply-held"
KEYS = tuple(f"funding-C1-{number}" for number in (1, 2, 3))


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        yield house


async def states(database: Database) -> dict[str | None, str | None]:
    async with database.transaction() as session:
        return {row.key: row.state for row in (await session.execute(select(FundingRow))).scalars()}


async def test_A12_repaired_payments_move_on_by_themselves_each_paid_once(house: DevHouse) -> None:
    book = FinanceBook()
    house.finance_system = UnreliableFinance(book)
    await house.start_temporal()
    await house.begin("C1")
    async with house.working():
        await house.settled()
        await until(lambda: house.has_review("C1"))
        book.plan(Manner.REFUSE, Manner.REFUSE)
        for name in (AGAIN, OTHERWISE):
            assert await house.take([applies("2026-09-04", name), decides("2026-09-07", name)]) == [True, True]
        await until(lambda: _stand(house, {KEYS[0]: "failed", KEYS[1]: "failed"}))
        now = await house.clock.now()
        async with house.database.transaction() as session:
            case_id = (await session.execute(select(Case.id).where(Case.ref == "C1"))).scalar_one()
            session.add(CaseHold(case_id=case_id, held_at=now, repair_id=None))
        await house.take([applies("2026-09-07", HELD), decides("2026-09-07", HELD)])
        await until(lambda: _has_tried(house))
        async with house.database.transaction() as session:
            await pay_again(session, KEYS[0], now, "finance")
            await paid_otherwise(session, KEYS[1], "CHAPS 4711", now, "finance")
        assert set(book.paid) == set(), "the case is on hold"
        async with house.database.transaction() as session:
            await session.delete(await session.get_one(CaseHold, case_id))
        async with house.database.transaction() as session:
            workflows = [funding_workflow_id(row.id) for row in (await session.execute(select(FundingRow))).scalars()]
        for workflow in workflows:
            handle = house.client.get_workflow_handle(workflow, result_type=FundingOutcome)
            assert await handle.result() == FundingOutcome(Decision.AGREED, paid=True)
    assert set(book.paid) == {f"{KEYS[0]}/2", KEYS[2]}
    assert await states(house.database) == {f"{KEYS[0]}/2": "confirmed", KEYS[1]: "confirmed", KEYS[2]: "confirmed"}


async def _stand(house: DevHouse, wanted: dict[str | None, str | None]) -> bool:
    return await states(house.database) == wanted


async def _has_tried(house: DevHouse) -> bool:
    """Whether the activity of the held application has failed at least once."""
    async with house.database.transaction() as session:
        row = (await session.execute(select(FundingRow).where(FundingRow.key == KEYS[2]))).scalar_one_or_none()
    if row is None:
        return False
    described = await house.client.get_workflow_handle(funding_workflow_id(row.id)).describe()
    return any(one.attempt > 1 for one in described.raw_description.pending_activities)

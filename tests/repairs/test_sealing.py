"""The watch seals the audit every hour, and says so in its log: there it is out of the database's reach."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from contracts.problems import RepairKind
from repairs.verifying import verify
from store.watch_tables import AuditSeal
from tests.repairs.console import Console
from tests.repairs.watching import parts_of
from watch.sealing import Sealing
from watch.verifying_audit import verify_audit


async def test_it_seals_at_once_then_every_hour_and_only_what_has_grown(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    parts = await parts_of(console.database, console.clock)
    sealing = Sealing(parts)
    await sealing.walk()
    assert await console.rows(AuditSeal) == [], "there is nothing to seal"
    await console.preview("operator", RepairKind.HOLD_CASE, cases=["C001"])
    with caplog.at_level(logging.INFO, logger="watch"):
        await sealing.walk()
        await console.preview("operator", RepairKind.HOLD_CASE, cases=["C002"])
        await sealing.walk()
        assert len(await console.rows(AuditSeal)) == 1, "an hour has not passed"
        console.clock.set(console.clock.at + timedelta(hours=1))
        await sealing.walk()
        await sealing.walk()
    seals = await console.rows(AuditSeal)
    assert [seal.id for seal in seals] == [1, 2]
    assert [record.__dict__["seal"] for record in caplog.records] == [f"{seal.id}:{seal.seal}" for seal in seals]
    async with console.database.transaction() as session:
        assert await verify(session, console.keys, console.clock.at) == []


async def test_the_watch_knows_its_own_last_seal_and_says_what_is_wrong(console: Console) -> None:
    """Cut off together with the lines that it sealed, the rest is whole of itself."""
    parts = await parts_of(console.database, console.clock)
    sealing = Sealing(parts)
    await console.preview("operator", RepairKind.HOLD_CASE, cases=["C001"])
    await sealing.seal()
    assert await verify_audit(parts, sealing, console.clock.at) == {"faults": 0, "sentences": []}
    async with console.database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("DELETE FROM audit_seals"))
        await session.execute(text("DELETE FROM operator_audit"))
    told = await verify_audit(parts, sealing, console.clock.at)
    assert told["sentences"] == ["Seal 1 stands in the log and is not here: the seals were cut off after 0."]

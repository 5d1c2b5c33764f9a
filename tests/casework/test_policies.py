"""Policies are kept by academic year and version, and the right one holds (PROCESS.md, Numbers)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import upcoming
from casework.import_report import ImportRefusedError
from casework.imports import ImportReport
from casework.policies import PolicyImport, holding_policy, import_policy, policy_for
from casework.policy_file import DEFAULT, SHIPPED, shipped_default
from contracts.clock import start_of
from contracts.messages import Opening
from contracts.policy import Policy, Span, Unit
from store.database import Database
from store.tables import Case, PolicyRow
from tests.support.clock import FixedClock
from tests.support.reviews import at
from tests.support.taken import CHILD

GATESHEAD = (SHIPPED / "gateshead-2026-27.toml").read_bytes()
GUIDANCE = DEFAULT.read_bytes()


def of_year(content: bytes, year: str) -> bytes:
    """A file without cut-offs, for another academic year."""
    return content.replace(b"2026/27", year.encode())


async def bring(database: Database, clock: FixedClock, content: bytes) -> PolicyImport:
    return await import_policy(database, clock, content, source_name="policy.toml")


async def holding(database: Database, year: str) -> Policy:
    async with database.transaction() as session:
        return await policy_for(session, year)


async def count(database: Database) -> int | None:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(PolicyRow))


async def test_without_any_file_the_guidances_numbers_hold(database: Database) -> None:
    assert await holding(database, "2026/27") == shipped_default().policy
    assert await holding(database, "2031/32") == replace(shipped_default().policy, cut_offs=())


async def test_an_imported_file_holds_for_its_year_and_the_same_again_changes_nothing(
    database: Database, clock: FixedClock
) -> None:
    first = await bring(database, clock, GATESHEAD)
    again = await bring(database, clock, GATESHEAD.replace(b"\n", b"\r\n"))
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.policy.version, again.policy) == (1, first.policy)
    assert await holding(database, "2026/27") == first.policy
    assert "is now version 1 of the policy for 2026/27, Gateshead" in first.in_words()
    assert "nothing was changed" in again.in_words()
    async with database.transaction() as session:
        row = await session.get_one(PolicyRow, ("2026/27", 1))
    assert (row.name, row.source.encode()) == ("Gateshead", GATESHEAD)


async def test_a_changed_file_is_a_new_version_and_the_old_one_stays(database: Database, clock: FixedClock) -> None:
    first = await bring(database, clock, GATESHEAD)
    second = await bring(database, clock, GATESHEAD.replace(b"pence = 50000", b"pence = 49000"))
    third = await bring(database, clock, GATESHEAD)
    assert [one.policy.version for one in (first, second, third)] == [1, 2, 3]
    assert second.policy == replace(first.policy, version=2, term_cap_pence=49_000)
    assert await holding(database, "2026/27") == replace(first.policy, version=3)
    assert await count(database) == 3


async def test_a_file_with_a_fault_stores_nothing(database: Database, clock: FixedClock) -> None:
    with pytest.raises(ImportRefusedError):
        await bring(database, clock, GATESHEAD.replace(b"pence = 50000", b"pence = -1"))
    assert await count(database) == 0


async def test_dates_do_not_carry_over_to_a_later_year_but_numbers_do(database: Database, clock: FixedClock) -> None:
    brought = (await bring(database, clock, GATESHEAD)).policy
    assert len(brought.cut_offs) == 2
    assert await holding(database, "2028/29") == replace(brought, cut_offs=())
    assert await holding(database, "2025/26") == replace(shipped_default().policy, cut_offs=())


async def test_the_latest_earlier_year_holds_and_a_years_own_file_beats_it(
    database: Database, clock: FixedClock
) -> None:
    for year, name in (("2027/28", b"Second"), ("2026/27", b"First"), ("2029/30", b"Third")):
        await bring(database, clock, of_year(GUIDANCE, year).replace(b"Enfield (the guidance)", name))
    names = {year: (await holding(database, year)).name for year in ("2026/27", "2027/28", "2028/29", "2029/30")}
    assert names == {"2026/27": "First", "2027/28": "Second", "2028/29": "Second", "2029/30": "Third"}


async def test_it_is_one_cheap_query(database: Database, clock: FixedClock) -> None:
    await bring(database, clock, GATESHEAD)
    asked: list[str] = []
    async with database.transaction() as session:
        engine = database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        await policy_for(session, "2026/27")
        found = await holding_policy(session, "2027/28")
    assert len(asked) == 2
    assert (found.is_shipped, found.is_carried_over) == (False, True)


async def test_what_is_stored_is_what_was_read(database: Database, clock: FixedClock) -> None:
    coventry = (await bring(database, clock, (SHIPPED / "coventry-2026-27.toml").read_bytes())).policy
    stored = await holding(database, "2026/27")
    assert stored == coventry
    assert stored.completion == Span(3, Unit.WEEK)


async def test_the_next_years_first_review_opens_by_the_next_years_numbers(
    database: Database, clock: FixedClock, roll: ImportReport
) -> None:
    """In the summer holiday the autumn is counted by its own year's policy, and not by that of the year that ends."""
    clock.set(at("2026-08-20"))

    async def opening() -> Opening | None:
        async with database.transaction() as session:
            return await upcoming(session, await case_of(session), clock.at)

    async def case_of(session: AsyncSession) -> Case:
        return (await session.execute(select(Case).where(Case.ref == CHILD))).scalar_one()

    before = await opening()
    earlier = GUIDANCE.replace(b'amount = 6\nunit = "week"', b'amount = 20\nunit = "week"', 1)
    await bring(database, clock, earlier)
    after = await opening()
    assert before is not None
    assert after is not None
    assert before.term == after.term == "2026/27 autumn"
    assert (before.at, after.at) == (start_of(date(2026, 9, 3)), start_of(date(2026, 7, 10)))

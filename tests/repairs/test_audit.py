"""The operators' audit: what somebody did to it who owns the tables is found and named."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import ProblemKind, RepairKind
from repairs.audit import Entry, hash_of, note, with_words
from repairs.seals import Sealed, seal
from repairs.verifying import verify
from starter.encryption import KeyRing
from store.audit_lists import audit_lines
from store.database import Database
from store.operator_audit import every_line
from store.watch_tables import AuditEntry, RepairRow
from tests.repairs.console import Console
from tests.support.clock import FixedClock

LINES, CHAINS = 6, ("case-a", "case-b", "-")


class Book:
    """An audit with some lines, and who may change its tables."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock, self.keys = database, clock, KeyRing.generate()

    async def write(self, lines: int = LINES, chains: Sequence[str] = CHAINS) -> None:
        for number in range(lines):
            for chain in chains:
                self.clock.set(self.clock.at + timedelta(seconds=1))
                async with self.database.transaction() as session:
                    entry = Entry("tried", chain=chain, facts={"repair": number, "kind": "try_now"})
                    await note(session, self.clock.at, entry)

    async def seal(self) -> Sealed | None:
        async with self.database.transaction() as session:
            return await seal(session, self.keys, self.clock.at)

    async def faults(self, known: Sealed | None = None) -> list[str]:
        async with self.database.transaction() as session:
            return await verify(session, self.keys, self.clock.at, known)

    async def tamper(self, *statements: str, **values: Any) -> None:
        """What the owner of the tables can do: without the trigger nothing keeps them."""
        async with self.database.transaction() as session:
            await session.execute(text("ALTER TABLE operator_audit DISABLE TRIGGER append_only"))
            await session.execute(text("ALTER TABLE audit_seals DISABLE TRIGGER append_only"))
            for statement in statements:
                await session.execute(text(statement), values)
            await session.execute(text("ALTER TABLE operator_audit ENABLE TRIGGER append_only"))
            await session.execute(text("ALTER TABLE audit_seals ENABLE TRIGGER append_only"))

    async def make_anew(self, chain: str, from_number: int) -> None:
        """Give every line of a chain the hash that fits again: what somebody does who knows how it is made."""
        await self.tamper_with_trigger("DISABLE")
        async with self.database.transaction() as session:
            before = None
            for line in [line async for line in every_line(session) if line.chain == chain]:
                if line.number >= from_number:
                    line.before = before or line.before
                    line.hash = hash_of(line)
                before = line.hash
        await self.tamper_with_trigger("ENABLE")

    async def tamper_with_trigger(self, how: str) -> None:
        async with self.database.transaction() as session:
            await session.execute(text(f"ALTER TABLE operator_audit {how} TRIGGER append_only"))


@pytest.fixture
async def book(database: Database, clock: FixedClock) -> Book:
    """Six lines in each of three chains, sealed after four."""
    book = Book(database, clock)
    await book.write(4)
    await book.seal()
    await book.write(2)
    return book


async def test_an_audit_that_nobody_touched_is_whole(book: Book) -> None:
    assert await book.faults() == []
    known = await book.seal()
    assert known is not None
    assert known.number == 2
    assert await book.seal() is None, "nothing has grown"
    book.clock.set(book.clock.at + timedelta(days=3))
    assert await book.faults(known) == []


async def test_nobody_changes_a_line_by_accident(book: Book) -> None:
    for statement in ("UPDATE operator_audit SET what = 'x'", "DELETE FROM operator_audit", "TRUNCATE audit_seals"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with book.database.transaction() as session:
                await session.execute(text(statement))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE operator_audit SET what = 'approved' WHERE chain = 'case-a' AND number = 3", "line 3: it was changed"),
        ("UPDATE operator_audit SET at = at + interval '1 hour' WHERE chain = 'case-a' AND number = 6",
         "line 6: it was changed"),
        ("UPDATE operator_audit SET facts = facts || '{\"pence\": 1}' WHERE chain = '-' AND number = 1",
         "about no one case, line 1: it was changed"),
        ("DELETE FROM operator_audit WHERE chain = 'case-b' AND number IN (2, 3)",
         "line 4: the lines 2 to 3 before it were deleted"),
        ("DELETE FROM operator_audit WHERE chain = 'case-b' AND number = 1", "the lines 1 to 1 before it were deleted"),
        ("DELETE FROM operator_audit WHERE chain = 'case-b' AND number > 3",
         "case case-b had 4 lines when seal 1 was made and has 3: it was cut off"),
        ("DELETE FROM operator_audit WHERE chain = 'case-a'", "had 4 lines when seal 1 was made and has 0"),
        ("UPDATE audit_seals SET chains = chains - 'case-a'", "Seal 1: it was not made with the keys"),
    ],
)  # fmt: skip
async def test_what_was_changed_deleted_or_cut_off_is_named(book: Book, change: str, says: str) -> None:
    await book.tamper(change)
    assert says in " ".join(await book.faults())


async def test_lines_in_another_order_are_named(book: Book) -> None:
    move = "UPDATE operator_audit SET number = :to WHERE chain = 'case-a' AND number = "
    await book.tamper(move.replace(":to", "99") + "2", move.replace(":to", "2") + "5", move.replace(":to", "5") + "99")
    faults = " ".join(await book.faults())
    assert "line 2: lines were put into another order; this one was line 5" in faults
    assert "line 5: lines were put into another order; this one was line 2" in faults


async def test_a_chain_that_was_made_anew_is_found_by_its_seal(book: Book) -> None:
    await book.tamper("UPDATE operator_audit SET what = 'nothing' WHERE chain = 'case-a' AND number = 2")
    await book.make_anew("case-a", 2)
    assert await book.faults() == [
        "The chain of case case-a, line 4: it is not the one that seal 1 has seen: the chain was made anew."
    ]


async def test_a_line_that_was_taken_out_and_the_rest_renumbered_is_found(book: Book) -> None:
    await book.tamper(
        "DELETE FROM operator_audit WHERE chain = 'case-a' AND number = 2",
        "UPDATE operator_audit SET number = number + 100 WHERE chain = 'case-a' AND number > 2",
        "UPDATE operator_audit SET number = number - 101 WHERE chain = 'case-a' AND number > 100",
    )
    assert "line 2: lines were put into another order; this one was line 3" in " ".join(await book.faults())


async def test_seals_that_were_cut_off_are_found_by_one_that_the_log_has(book: Book) -> None:
    known = await book.seal()
    await book.tamper(
        "DELETE FROM audit_seals WHERE id = 2", "DELETE FROM operator_audit WHERE chain = 'case-a' AND number > 4"
    )
    assert await book.faults() == [], "of itself the rest is whole"
    assert await book.faults(known) == ["Seal 2 stands in the log and is not here: the seals were cut off after 1."]


async def test_seals_that_were_made_anew_are_found_by_the_log(book: Book) -> None:
    known = await book.seal()
    await book.tamper("DELETE FROM audit_seals WHERE id = 2")
    book.clock.set(book.clock.at + timedelta(minutes=1))
    await book.seal()
    assert "not the one that stands in the log" in " ".join(await book.faults(known))


async def test_what_is_written_and_sealed_while_it_verifies_is_no_fault(book: Book) -> None:
    """The hourly seal may come at any moment: also before and after anything that verifying reads."""
    reads = 0

    async def grow() -> None:
        nonlocal reads
        reads += 1
        await book.write(1)
        await book.seal()

    async with book.database.transaction() as session:
        faults = await verify(cast(AsyncSession, _Meanwhile(session, grow)), book.keys, book.clock.at)
    assert (reads, faults) == (4, []), "two questions were asked, and something happened before and after each"


class _Meanwhile:
    """A session in which something happens before and after each question."""

    def __init__(self, session: AsyncSession, happens: Callable[[], Awaitable[None]]) -> None:
        self._session, self._happens = session, happens

    async def execute(self, *asked: Any) -> Any:
        return await self._around(self._session.execute, *asked)

    async def stream_scalars(self, *asked: Any) -> Any:
        return await self._around(self._session.stream_scalars, *asked)

    async def _around(self, ask: Callable[..., Awaitable[Any]], *asked: Any) -> Any:
        await self._happens()
        answer = await ask(*asked)
        await self._happens()
        return answer


async def test_lines_that_nobody_sealed_for_hours_are_a_fault(book: Book) -> None:
    book.clock.set(book.clock.at + timedelta(hours=2, minutes=1))
    assert "3 of the chains have lines that are older than 2 hours and not sealed" in " ".join(await book.faults())


async def test_a_seal_of_another_key_is_none(book: Book) -> None:
    book.keys = KeyRing.generate()
    assert "Seal 1: it was not made with the keys of this service" in " ".join(await book.faults())


async def test_many_who_write_at_once_make_one_chain(book: Book) -> None:
    async def add(number: int) -> None:
        async with book.database.transaction() as session:
            await note(session, book.clock.at, Entry("tried", chain="-"), Entry("tried", chain="case-a"))

    await asyncio.gather(*(add(number) for number in range(12)))
    assert await book.faults() == []
    async with book.database.transaction() as session:
        lengths = Counter([line.chain async for line in every_line(session)])
    assert lengths == {"-": 18, "case-a": 18, "case-b": 6}


_NUMBERS = st.integers(1, LINES)
_STATEMENTS = (
    "UPDATE operator_audit SET what = what || '!'",
    "UPDATE operator_audit SET at = at + interval '1 us'",
    "UPDATE operator_audit SET before = md5(before)",
    "UPDATE operator_audit SET hash = md5(hash)",
    "UPDATE operator_audit SET chain = chain || 'x'",
    "DELETE FROM operator_audit",
)
_PLACES = tuple(f"{one} WHERE chain = :chain AND number {sign} :n" for one in _STATEMENTS for sign in ("=", ">="))
_CHANGES = st.tuples(st.sampled_from(_PLACES), _NUMBERS, st.sampled_from(CHAINS))


async def test_whatever_is_changed_in_a_sealed_audit_is_found(book: Book) -> None:
    """Forty random changes, each taken back afterwards."""
    await book.seal()
    found: list[Any] = []

    @settings(max_examples=40)
    @given(changes=st.lists(_CHANGES, min_size=1, max_size=3))
    def draw(changes: list[Any]) -> None:
        found.append(changes)

    await asyncio.to_thread(draw)
    for changes in found:
        async with book.database.transaction() as session:
            await session.execute(text("ALTER TABLE operator_audit DISABLE TRIGGER append_only"))
            touched = 0
            for statement, number, chain in changes:
                done = await session.execute(text(statement), {"chain": chain, "n": number})
                touched += done.rowcount  # type: ignore[attr-defined]
            faults = await verify(session, book.keys, book.clock.at)
            await session.rollback()
        assert faults or not touched, changes
    assert await book.faults() == []


async def test_what_somebody_typed_is_in_the_repair_and_only_its_hash_in_the_audit(console: Console) -> None:
    """People write names however often they are asked not to; what is in a chain can never be taken out."""
    why, why_not = "Amal Invented rang about it twice", "Amal Invented rang again, it is over"
    problem = await console.stuck(ProblemKind.WORKFLOW_FAILING, [{"subject": "run:w", "workflow_id": "w"}])
    row = await console.preview("engineer", RepairKind.RESTART, problem_id=problem.id, why=why)
    await console.confirm("engineer", row)
    await console.desk.refuse(console.people["operator"], row.id, why_not)
    lines = {line.what: line.facts for line in await console.rows(AuditEntry)}
    assert "Amal" not in str(lines)
    assert lines["previewed"]["reason_sha256"] == hashlib.sha256(why.encode()).hexdigest()
    assert lines["refused"]["reason_sha256"] == hashlib.sha256(why_not.encode()).hexdigest()
    kept = await console.repair(row.id)
    assert (kept.reason, kept.refusal) == (why, why_not)
    async with console.database.transaction() as session:
        read = {line.what: with_words(line.facts, line.words) for line in await audit_lines(session, limit=9)}
        assert (read["previewed"]["reason"], read["refused"]["reason"]) == (why, why_not)
        assert "reason" not in read["confirmed"]
        (await session.get_one(RepairRow, row.id)).reason = "Somebody rang about it twice"
        await session.flush()
        read = {line.what: with_words(line.facts, line.words) for line in await audit_lines(session, limit=9)}
        assert read["previewed"]["reason"] == "(changed or taken out since)"
        assert await verify(session, console.keys, console.clock.at) == []

"""What no act carries: a restricted address, and two schools at once (PROCESS.md, Edge cases)."""

from datetime import date

import pytest

from casework.details import Details, UnfitSchoolError, details_of, set_details
from casework.errors import UnknownCase
from store.calendar_tables import CalendarRow, TermRow
from store.database import Database
from store.tables import CaseEvent, School
from tests.support.reviews import SW, VS
from tests.support.taken import Desk, opened

SECOND = "900098"
DUAL = Details(dual_registration=True, second_school=SECOND)


@pytest.fixture
async def second(database: Database, desk: Desk) -> str:
    """A school that is closed on 20 October, when the child's own is open."""
    dates = {"first_day": "2026-09-03", "last_day": "2026-12-18", "half_term_first": "2026-10-19"}
    days = {name: date.fromisoformat(day) for name, day in {**dates, "half_term_last": "2026-10-30"}.items()}
    async with database.transaction() as session:
        session.add(CalendarRow(code="second", name="Second", version=1, verified=True))
        await session.flush()
        session.add(School(urn=SECOND, name="Second School", calendar="second"))
        term = {"academic_year": "2026/27", "name": "autumn", "closed_days": [], "source": "second.example"}
        session.add(TermRow(calendar="second", **term, **days))
    return SECOND


async def put(desk: Desk, wanted: Details, child: str | None = None) -> Details:
    async with desk.database.transaction() as session:
        return await set_details(session, child or desk.child, wanted, desk.clock.at)


async def test_B2_open_reviews_follow_a_second_school_and_are_told(desk: Desk, second: str) -> None:
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on="2026-10-20")
    told = sum(len(numbers) for numbers in (await desk.numbers()).values())
    assert await put(desk, DUAL) == Details(address_restricted=False, dual_registration=True, second_school=second)
    review = (await desk.reviews())[0]
    assert (review.plan.version, review.standing.meeting_on) == (2, None)
    assert sum(len(numbers) for numbers in (await desk.numbers()).values()) > told
    assert await desk.rules(SW, "arrange_meeting", on="2026-10-20") == ["B2"]
    await put(desk, Details(dual_registration=False))
    assert (await desk.reviews())[0].plan.version == 3
    await desk.does(SW, "arrange_meeting", on="2026-10-20")


async def test_the_history_has_one_line_a_change_without_a_name(desk: Desk, second: str) -> None:
    await put(desk, Details(address_restricted=True))
    counts = await desk.counts()
    assert await put(desk, Details(address_restricted=True)) == Details(
        address_restricted=True, dual_registration=False
    )
    assert await desk.counts() == counts, "again without effect"
    await put(desk, DUAL)
    lines = [(row.by, row.facts) for row in await desk.rows(CaseEvent) if row.what == "details_changed"]
    assert lines == [
        ("operator", {"address_restricted": True, "dual_registration": False}),
        ("operator", {"address_restricted": True, "dual_registration": True}),
    ]


async def test_what_cannot_be_a_second_school_is_refused_and_changes_nothing(desk: Desk) -> None:
    own = (await desk.case()).school_urn
    for urn, words in ((own, "This is the child's school already"), ("999999", "No school here has"), (None, "No sch")):
        with pytest.raises(UnfitSchoolError, match=words):
            await put(desk, Details(address_restricted=True, dual_registration=True, second_school=urn))
    async with desk.database.transaction() as session:
        assert await details_of(session, desk.child) == Details(address_restricted=False, dual_registration=False)
    with pytest.raises(UnknownCase):
        await put(desk, DUAL, child="NOBODY")


async def test_a_child_who_left_care_keeps_an_ended_cycle(desk: Desk, second: str) -> None:
    await opened(desk)
    await desk.on("2026-09-20").does(VS, "leave_care", on="2026-09-20", reason="Goes home.")
    numbers = await desk.numbers()
    await put(desk, DUAL)
    assert await desk.numbers() == numbers

"""The second wall: PostgreSQL itself shows a page only what its person may see (PROCESS.md, People)."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from casework.cycles import open_review
from casework.imports import ImportReport
from casework.take import Casework
from contracts.people import Role
from store.base import Table
from store.caseload import find_seen
from store.cases import find_case, person_with
from store.database import Database
from store.outbox_tables import Letter, Message
from store.page_tables import Authenticator, SessionRow, SignIn
from store.record_reads import note_read
from store.tables import Case, CaseRole, Review, SectionRevision, StaffRole, StoredAct, Token
from tests.support.clock import FixedClock

SOCIAL_WORKER, CHILD, FOREIGN = "sw3@council.example", "C010", "C001"
ABOUT_NO_CHILD = {"authority", "policies", "bank_holidays", "calendars", "closed_days", "terms", "people", "schools",
                  "staff_roles"}  # fmt: skip
CLOSED = {"tokens", "sessions", "sign_ins", "authenticators", "calendar_feeds", "messages", "destinations", "payments",
          "alembic_version", "alerts", "stale_listings", "address_notices"}  # fmt: skip
"""No page reads these: who is at the door is asked before there is a person."""


@pytest.fixture
async def written(database: Database, clock: FixedClock, roll: ImportReport) -> None:
    """Both children have a review, a meeting and a section."""
    casework = Casework(database, clock)
    for ref in (CHILD, FOREIGN):
        async with database.transaction() as session:
            case = await find_case(session, ref)
            assert case
            await open_review(session, case.id, "2026/27 autumn", clock.at)
        arranged = {"action": "arrange_meeting", "by": "social_worker", "on": "2026-10-14"}
        wrote = {
            "action": "submit",
            "by": "social_worker",
            "section": "about_child",
            "content": {"words": "Likes maths."},
        }
        for act in (arranged, wrote):
            assert (await casework.take(ref, act)).accepted


async def somebody(database: Database, role: Role | None, email: str = SOCIAL_WORKER) -> int:
    async with database.transaction() as session:
        person_id = await person_with(session, email)
        if role:
            session.add(StaffRole(person_id=person_id, role=role))
    return person_id


@pytest.mark.usefixtures("written")
async def test_a_social_worker_s_queries_find_their_own_children_and_no_other(database: Database) -> None:
    me = await somebody(database, None)
    async with database.transaction() as session:
        theirs = set((await session.execute(select(CaseRole.case_id).where(CaseRole.person_id == me))).scalars())
    assert len(theirs) == 5
    async with database.seen_by(me) as session:
        assert set((await session.execute(select(Case.id))).scalars()) == theirs
        for table in (Review, StoredAct, Letter):
            assert set((await session.execute(select(table.case_id))).scalars()) <= theirs
        assert (await session.execute(select(func.count()).select_from(SectionRevision))).scalar_one() == 1
        assert await find_seen(session, me, CHILD) is not None
        assert await find_seen(session, me, FOREIGN) is None


@pytest.mark.usefixtures("written")
async def test_the_wall_holds_where_a_query_forgets_whose_it_is(database: Database) -> None:
    """Found by breaking `store/caseload.py`: without the policies this would find C001."""
    me = await somebody(database, None)
    async with database.seen_by(me) as session:
        assert (await session.execute(select(Case).where(Case.ref == FOREIGN))).first() is None


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("role", "plans"), [(Role.VIRTUAL_SCHOOL, 2), (Role.IRO, 2), (Role.FINANCE, 0), (Role.OPERATOR, 0)]
)
async def test_roles_of_the_authority_see_every_case_and_content_only_where_it_is_theirs(
    database: Database, role: Role, plans: int
) -> None:
    me = await somebody(database, role, "officer@council.example")
    async with database.seen_by(me) as session:
        assert (await session.execute(select(func.count()).select_from(Case))).scalar_one() == 32
        assert (await session.execute(select(func.count()).select_from(SectionRevision))).scalar_one() == plans
        assert (await session.execute(select(func.count()).select_from(StoredAct))).scalar_one() == 2 * plans


@pytest.mark.parametrize("table", [SessionRow, SignIn, Authenticator, Token, Message])
async def test_no_page_reads_what_is_for_the_door_and_the_process(database: Database, table: type[Table]) -> None:
    me = await somebody(database, None)
    async with database.seen_by(me) as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(select(table))


async def test_nobody_notes_a_read_in_another_s_name(database: Database, clock: FixedClock, roll: ImportReport) -> None:
    me, other = await somebody(database, None), await somebody(database, None, "dt.900041@school.example")
    async with database.transaction() as session:
        case = await find_case(session, CHILD)
        assert case
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.seen_by(me) as session:
            note_read(session, other, case.id, "plan", clock.at)


async def test_every_table_is_either_walled_or_about_no_child(database: Database) -> None:
    """A new table comes with a policy in its migration, or stands in a list."""
    query = "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    async with database.transaction() as session:
        found = (await session.execute(text(query))).all()
    assert {name for name, walled in found if not walled} == ABOUT_NO_CHILD | CLOSED

"""A line of the list says what the case itself says, whoever changed it and whenever; and keeping it stops nobody."""

import asyncio
from datetime import date, time

from sqlalchemy import delete, select, update

from casework.authority import AuthorityDetails, set_up
from casework.cycles import open_review
from casework.listing import bring_up_to_date, line_of
from casework.view import case_object
from contracts.clock import at_london, start_of
from contracts.people import Role
from rules.progress import as_of
from rules.year_groups import year_group_in
from store.cases import find_case
from store.grants import GrantIntent, intend
from store.listing import keep_lines, take_stale, to_list
from store.money_tables import GrantRow
from store.outbox_tables import Letter
from store.reviews import reviews_of
from store.tables import Authority, Case, Person, Review, School
from store.tracking_tables import CaseListing
from tests.cases.listed import EVERY_CHILD, line, stale
from tests.support.clock import FixedClock
from tests.web.door import AUTUMN, CHILD, FOREIGN, SOCIAL_WORKER, TEACHER, Door

PLENTY = 10_000


async def assert_true(door: Door, ref: str) -> CaseListing:
    """The line says the same as the case object."""
    kept = await line(door, ref)
    async with door.database.transaction() as session:
        case = await find_case(session, ref)
        assert case
        reviews = await reviews_of(session, case.id)
        view = await case_object(session, case, reviews[-1] if reviews else None, door.clock.at)
    assert (kept.stage, kept.holders, kept.missing) == (view["stage"], view["held_by"], len(view["missing"]))
    assert str(kept.due_on or None) == str(view["until"])
    assert str(kept.meeting_on or None) == str(view["meeting"] and view["meeting"]["on"])
    assert (kept.grant, kept.grant_pence) == (view["grant"]["state"], view["grant"]["pence"])
    assert kept.given_name == case.given_name
    return kept


async def test_every_child_has_a_line_and_nothing_is_computed_twice(door: Door) -> None:
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) >= len(EVERY_CHILD)
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == 0
    async with door.database.transaction() as session:
        refs = (await session.execute(select(CaseListing.ref).order_by(CaseListing.ref))).scalars().all()
    assert refs == EVERY_CHILD
    for ref in (CHILD, FOREIGN):
        await assert_true(door, ref)


async def test_an_act_changes_the_line_of_its_case_and_no_other(door: Door) -> None:
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await assert_true(door, CHILD)).stage == "waiting_for_date"
    assert (await door.arrange()).status_code == 200
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == 1
    kept = await assert_true(door, CHILD)
    assert (kept.stage, kept.meeting_on, kept.term) == ("preparing", date(2026, 10, 14), AUTUMN)
    assert kept.holders == ["designated_teacher"]


async def test_the_calendar_alone_changes_a_line(door: Door) -> None:
    """The day of the meeting, the end of the term, and 1 September: nobody does anything, and nothing is noted."""
    await door.arrange()
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    before = await line(door, CHILD)
    assert before.changes_at == start_of(date(2026, 10, 14))
    for day, stage in ((date(2026, 10, 14), "meeting_due"), (date(2027, 1, 4), "missed")):
        door.clock.set(start_of(day))
        assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == 1
        assert (await assert_true(door, CHILD)).stage == stage
    door.clock.set(start_of(date(2027, 9, 1)))
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == len(EVERY_CHILD)
    after = await line(door, CHILD)
    assert after.year_group == year_group_in(before.year_group, "2026/27", "2027/28") != before.year_group
    assert after.changes_at == start_of(date(2028, 9, 1))


async def test_whatever_a_line_shows_is_computed_anew_when_it_changes(door: Door) -> None:
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    urn, worker = (await line(door, CHILD)).school_urn, SOCIAL_WORKER
    changes = (
        (update(School).where(School.urn == urn).values(name="Zoë's School"), "school", "Zoë's School"),
        (update(Person).where(Person.email == worker).values(name="Sam New"), "social_worker", "Sam New"),
        (update(Case).where(Case.ref == CHILD).values(team="West"), "team", "West"),
        (update(Case).where(Case.ref == CHILD).values(has_school_place=False), "school", None),
        (update(Case).where(Case.ref == CHILD).values(has_school_place=True), "out_of_area", None),
    )
    for change, column, value in changes:
        async with door.database.transaction() as session:
            await session.execute(change)
        assert await bring_up_to_date(door.database, door.clock.at, PLENTY) >= 1
        assert getattr(await line(door, CHILD), column) == value
    assert "zoe's school" in (await line(door, CHILD)).searched, "found without its accent"


async def test_in_area_is_where_the_authority_s_own_term_dates_hold(door: Door) -> None:
    async with door.database.transaction() as session:
        session.add(Authority(name="A", virtual_school_email="vs@council.example", calendar=None))
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await line(door, CHILD)).out_of_area is None
    async with door.database.transaction() as session:
        await session.execute(update(Authority).values(calendar="kayes"))
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == len(EVERY_CHILD)
    assert (await line(door, CHILD)).out_of_area is False
    async with door.database.transaction() as session:
        elsewhere = select(School.urn).where(School.calendar != "kayes")
        ref = (await session.execute(select(Case.ref).where(Case.school_urn.in_(elsewhere)).limit(1))).scalar_one()
    assert (await line(door, ref)).out_of_area is True


async def test_in_area_is_known_when_the_authority_is_set_up_after_the_roll(door: Door) -> None:
    """The order of the README: term dates, the roll, then who the authority is."""
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await line(door, CHILD)).out_of_area is None
    await set_up(door.database, AuthorityDetails("A", "vs@council.example", calendar="kayes"))
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await line(door, CHILD)).out_of_area is False
    await set_up(door.database, AuthorityDetails("B", "vs@council.example", calendar="kayes"))
    assert await stale(door) == 0, "its name is in no line"


async def test_letters_that_did_not_arrive_count_until_somebody_has_seen_to_them(door: Door) -> None:
    await door.arrange()
    async with door.database.transaction() as session:
        letter = (await session.execute(select(Letter.id).order_by(Letter.id).limit(1))).scalar_one()
    for values, number in (
        ({"state": "bounced"}, 1),
        ({"seen_to_at": door.clock.at}, 0),
        ({"state": "refused", "seen_to_at": None}, 1),
        ({"state": "sent"}, 0),
    ):
        async with door.database.transaction() as session:
            await session.execute(update(Letter).where(Letter.id == letter).values(**values))
        await bring_up_to_date(door.database, door.clock.at, PLENTY)
        assert (await line(door, CHILD)).not_told == number


async def test_money_waits_from_the_sign_off_until_it_is_paid(door: Door) -> None:
    everybody = await door.everybody()
    await door.sign_in(Role.VIRTUAL_SCHOOL, everybody)
    act_id = (await door.arrange(by="virtual_school")).json()["id"]
    async with door.database.transaction() as session:
        review = (await session.execute(select(Review))).scalar_one()
        review.stage = "paying"
        case = await session.get_one(Case, review.case_id)
        intent = GrantIntent("key", case.id, review.id, "2026/27", "autumn", case.school_urn, 40_000, act_id)
    for state, waits in (("signed off", True), ("sent", True), ("unknown", True), ("failed", True),
                         ("confirmed", False), ("reversed", False)):  # fmt: skip
        async with door.database.transaction() as session:
            if state == "sent":
                await session.execute(update(Review).values(stage="in_force"))
                await intend(session, intent, door.clock.at)
            if state != "signed off":
                await session.execute(update(GrantRow).values(state=state))
        await bring_up_to_date(door.database, door.clock.at, PLENTY)
        assert (await line(door, CHILD)).money_waits is waits, state


async def test_a_child_who_has_left_is_on_the_list_as_long_as_something_is_not_over(door: Door) -> None:
    async with door.database.transaction() as session:
        await session.execute(update(Case).values(in_care=False))
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await line(door, CHILD)).on_list
    assert not (await line(door, FOREIGN)).on_list


async def test_several_processes_share_the_work_and_leave_nothing(door: Door) -> None:
    done = await asyncio.gather(*(bring_up_to_date(door.database, door.clock.at, PLENTY) for _ in range(5)))
    assert sum(done) >= len(EVERY_CHILD)
    assert await stale(door) == 0
    for ref in (CHILD, FOREIGN):
        await assert_true(door, ref)


async def test_of_two_who_compute_a_line_the_last_has_read_last(door: Door) -> None:
    """Somebody has read a case and not written its line; then an act comes, and somebody else computes the line."""
    await bring_up_to_date(door.database, door.clock.at, PLENTY)
    assert (await door.arrange()).status_code == 200
    async with door.database.transaction() as session:
        read = await to_list(session, await take_stale(session, door.clock.at, PLENTY))
        moved = await door.act(action="move_meeting", by="social_worker", on="2026-10-15", reason="Asked for.")
        assert moved.status_code == 200
        other = asyncio.create_task(bring_up_to_date(door.database, door.clock.at, PLENTY))
        await asyncio.wait({other}, timeout=2)
        await keep_lines(session, [line_of(one, door.clock.at) for one in read])
    assert await other == 1
    assert (await assert_true(door, CHILD)).meeting_on == date(2026, 10, 15)


async def test_who_keeps_the_list_lets_no_act_wait(door: Door) -> None:
    """An act on a case whose line is being written, for the first time even, is taken while that is not committed."""
    async with door.database.transaction() as session:
        await session.execute(delete(CaseListing))
    async with door.database.transaction() as session:
        case_ids = await take_stale(session, door.clock.at, PLENTY)
        await keep_lines(session, [line_of(one, door.clock.at) for one in await to_list(session, case_ids)])
        await session.flush()
        async with asyncio.timeout(20):
            assert (await door.arrange()).status_code == 200
    assert await bring_up_to_date(door.database, door.clock.at, PLENTY) == 1
    assert (await assert_true(door, CHILD)).stage == "preparing"


async def test_a_person_s_own_cases_come_first_whatever_waits(door: Door) -> None:
    async with door.database.transaction() as session:
        person_id = (await session.execute(select(Person.id).where(Person.email == TEACHER))).scalar_one()
    assert await bring_up_to_date(door.database, door.clock.at, 2, of_person=person_id) == 2
    async with door.database.transaction() as session:
        refs = (await session.execute(select(CaseListing.ref).order_by(CaseListing.ref))).scalars().all()
    assert refs == [CHILD, "C015"]


async def test_the_older_of_two_open_reviews_is_shown_until_the_calendar_ends_it(door: Door, clock: FixedClock) -> None:
    async with door.database.transaction() as session:
        await open_review(session, await door.id_of(session), "2026/27 spring", clock.at)
    await bring_up_to_date(door.database, clock.at, PLENTY)
    assert (await line(door, CHILD)).term == AUTUMN
    clock.set(at_london(date(2027, 1, 4), time(9)))
    await bring_up_to_date(door.database, clock.at, PLENTY)
    kept = await line(door, CHILD)
    assert (kept.term, kept.stage) == ("2026/27 spring", "waiting_for_date")
    async with door.database.transaction() as session:
        autumn = (await reviews_of(session, kept.case_id))[0]
    assert as_of(autumn.plan, autumn.standing, clock.at).stage == "missed"

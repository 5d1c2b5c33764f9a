"""Which school gets the grant when the child moves, and that a payment once begun stays the same one (A8)."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from activities.finance import PaymentOrder
from activities.grants import Grants
from casework.imports import ImportReport
from contracts.errors import Fault
from contracts.policy import GrantOnMove
from contracts.review import Section
from store.database import Database
from store.money_tables import GrantRow
from store.reviews import keep_plan
from store.tables import CaseEvent, Review
from tests.support.clock import FixedClock
from tests.support.finance_book import FinanceBook, Manner, UnreliableFinance
from tests.support.imported import imported_and_told
from tests.support.reviews import DT, MEETING, SW, VS, held_on
from tests.support.sample import ROLL
from tests.support.taken import CHILD, Desk, complete, held, opened

MOVES = {"calendar": "phsg", "designated_teacher": "Invented", "email": "dt@new.example"}
NEW, NEWER = "900097", "900098"


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    return Desk(database, clock)


async def moves(desk: Desk, on: str, school: str) -> None:
    await desk.on(on).does(VS, "change_school", school=school, **MOVES, **{"from": on})


async def signed_off(desk: Desk, policy: GrantOnMove, *, moves_to: str | None) -> str:
    """Met at the first school, moved, signed off on 19 October; gives that school."""
    await held(desk)
    first = (await desk.case()).school_urn
    review = (await desk.reviews())[0]
    async with desk.database.transaction() as session:
        promised = replace(review.plan.policy, grant_on_move=policy)
        await keep_plan(session, replace(review.plan, policy=promised))
    if moves_to:
        await moves(desk, "2026-10-15", moves_to)
    await complete(desk.on("2026-10-16"))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.on("2026-10-19").does(VS, "sign_off")
    return first


async def release(desk: Desk, book: FinanceBook) -> None:
    review = (await desk.reviews())[0]
    await Grants(desk.database, desk.clock, UnreliableFinance(book)).release_grant(review.plan.review_id)


def paid(book: FinanceBook) -> PaymentOrder:
    (order,) = book.paid.values()
    return order


async def decisions(desk: Desk) -> list[dict[str, str]]:
    return [row.facts for row in await desk.rows(CaseEvent) if row.what == "grant_school"]


async def test_A8_it_stays_with_the_school_of_the_meeting_where_the_policy_says_so(desk: Desk) -> None:
    first, book = await signed_off(desk, GrantOnMove.STAYS, moves_to=NEW), FinanceBook()
    await release(desk, book)
    assert paid(book).school_urn == first
    assert await decisions(desk) == [{"grant_on_move": "stays"}]


async def test_A8_it_follows_the_child_where_the_policy_says_so(desk: Desk) -> None:
    await signed_off(desk, GrantOnMove.FOLLOWS_CHILD, moves_to=NEW)
    await release(desk, book := FinanceBook())
    assert paid(book).school_urn == NEW
    assert await decisions(desk) == [{"grant_on_move": "follows_child"}]


@pytest.mark.parametrize("policy", GrantOnMove)
async def test_A8_where_nobody_moved_nothing_is_decided(desk: Desk, policy: GrantOnMove) -> None:
    first, book = await signed_off(desk, policy, moves_to=None), FinanceBook()
    await release(desk, book)
    assert paid(book).school_urn == first
    assert await decisions(desk) == []


@pytest.mark.parametrize("manner", [Manner.HANG_BEFORE, Manner.HANG_AFTER])
async def test_A8_a_child_who_moves_between_two_attempts_is_paid_once_where_it_was_begun(
    desk: Desk, manner: Manner
) -> None:
    await signed_off(desk, GrantOnMove.FOLLOWS_CHILD, moves_to=NEW)
    book = FinanceBook()
    book.plan(manner)
    with pytest.raises(ApplicationError) as raised:
        await release(desk, book)
    assert raised.value.type == Fault.FINANCE_UNKNOWN
    await moves(desk, "2026-10-20", NEWER)
    await release(desk, book)
    assert paid(book).school_urn == NEW
    assert len(await decisions(desk)) == 1
    (row,) = await desk.rows(GrantRow)
    assert (row.school_urn, row.state) == (NEW, "confirmed")
    assert await desk.stages() == ["in_force"]


async def loses_the_place(desk: Desk, on: str, calendar: str = "staffordshire") -> None:
    """By a roll, after which the case refers to what stands for no school."""
    head, *lines = ROLL.decode().splitlines()
    row = dict(zip(head.split(","), next(line for line in lines if line.startswith(CHILD)).split(","), strict=True))
    empty = ("school_urn", "school_name", "designated_teacher", "designated_teacher_email")
    without = {**row, **dict.fromkeys(empty, ""), "school_calendar": calendar}
    desk.on(on)
    await imported_and_told(desk.database, desk.clock, f"{head}\n{','.join(without.values())}\n".encode())
    assert (await desk.case()).school_urn.startswith("none-")


@pytest.mark.parametrize("policy", GrantOnMove)
async def test_A8_a_place_that_is_lost_after_the_sign_off_takes_no_money_from_the_school(
    desk: Desk, policy: GrantOnMove
) -> None:
    first, book = await signed_off(desk, policy, moves_to=None), FinanceBook()
    await loses_the_place(desk, "2026-10-20")
    await release(desk, book)
    assert paid(book).school_urn == first


@pytest.mark.parametrize("policy", GrantOnMove)
async def test_A8_a_meeting_without_a_place_is_no_schools_and_the_school_of_the_sign_off_is_paid(
    desk: Desk, policy: GrantOnMove
) -> None:
    await loses_the_place(await opened(desk), "2026-09-05")
    await desk.does(SW, "arrange_meeting", on=str(MEETING))
    desk.on("2026-10-01")
    for section in (Section.ATTAINMENT, Section.TARGETS):
        await desk.submits(VS, section)
    await desk.on(MEETING, "16:00").does(VS, "record_meeting", **held_on(MEETING))
    review = (await desk.reviews())[0]
    async with desk.database.transaction() as session:
        promised = replace(review.plan.policy, grant_on_move=policy)
        await keep_plan(session, replace(review.plan, policy=promised))
    await moves(desk, "2026-10-15", NEW)
    await complete(desk.on("2026-10-16"))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.on("2026-10-19").does(VS, "sign_off")
    await loses_the_place(desk, "2026-10-20", "phsg")
    await release(desk, book := FinanceBook())
    assert paid(book).school_urn == NEW


async def test_A8_nobody_is_paid_in_the_name_of_no_school(desk: Desk) -> None:
    """A review of an older release, whose meeting's school was not noted, and a place that was lost since."""
    await signed_off(desk, GrantOnMove.FOLLOWS_CHILD, moves_to=None)
    await loses_the_place(desk, "2026-10-20")
    async with desk.database.transaction() as session:
        await session.execute(update(Review).values(school_urn=None))
    book = FinanceBook()
    with pytest.raises(ApplicationError) as raised:
        await release(desk, book)
    assert raised.value.type == Fault.RECORD_DISAGREES
    assert (book.asked, await desk.rows(GrantRow)) == ([], []), "no intent either: a place found later is paid"
    await moves(desk, "2026-10-21", NEW)
    await release(desk, book)
    assert paid(book).school_urn == NEW


async def test_A8_a_review_of_an_older_release_pays_the_present_school(desk: Desk) -> None:
    """Its meeting's school was not noted then."""
    await signed_off(desk, GrantOnMove.STAYS, moves_to=NEW)
    async with desk.database.transaction() as session:
        await session.execute(update(Review).values(school_urn=None))
    await release(desk, book := FinanceBook())
    assert paid(book).school_urn == NEW
    assert await decisions(desk) == []

"""Grants on both sides of 31 March: what is on its way, and what the forecast says of it.

Every plan here agrees £300, and a child is allocated £1,500 a year.
"""

from contracts.review import Section
from rules.figures.money import Money
from tests.figures.asking import CHILDREN, ask
from tests.support.reviews import DT, SW, VS, grant, held_on
from tests.support.taken import Desk, complete, held, in_force, paid_in_the_ledger, signed

AGREED, CAP = 30_000, 150_000
SUMMER = "2026/27 summer"


async def _money(desk: Desk, day: str) -> Money:
    return (await ask(desk, day)).money.whole


async def _signed_off_late_in_march(desk: Desk) -> Desk:
    """The plan before the year's end: signed off on Tuesday 30 March 2027."""
    desk.child = CHILDREN[0]
    await signed(desk)
    await desk.on("2027-03-30").does(VS, "sign_off")
    return desk


async def _signed_off_in_summer(desk: Desk) -> Desk:
    """The plan after it, of another child: signed off on 11 May 2027."""
    desk.child = CHILDREN[1]
    await desk.on("2027-04-12", "00:00").opens(SUMMER)
    await desk.on("2027-04-13").does(SW, "arrange_meeting", on="2027-05-05")
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.submits(DT, Section.TARGETS)
    await desk.on("2027-05-05", "16:00").does(DT, "record_meeting", **held_on("2027-05-05"))
    await complete(desk)
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.on("2027-05-11").does(VS, "sign_off")
    return desk


async def test_what_last_years_plan_is_paid_is_not_taken_from_what_is_on_its_way(desk: Desk) -> None:
    """One plan is paid on 6 April, one is signed off in May and not paid: the first says nothing of the second."""
    await _signed_off_late_in_march(desk)
    await desk.on("2027-04-06").is_paid()
    await _signed_off_in_summer(desk)
    money = await _money(desk, "2027-05-11")
    assert (money.allocated, money.approved, money.paid) == (CAP, AGREED, AGREED)
    assert money.being_paid == AGREED
    assert money.forecast == CAP - AGREED - AGREED, "both count in the year in which they are paid"


async def test_what_was_approved_before_the_years_end_and_is_paid_after_it_is_on_its_way_until_then(desk: Desk) -> None:
    await _signed_off_late_in_march(desk)
    await _signed_off_in_summer(desk)
    waits = await _money(desk, "2027-05-11")
    assert (waits.approved, waits.paid, waits.being_paid) == (AGREED, 0, 2 * AGREED)
    desk.child = CHILDREN[0]
    await desk.on("2027-05-12").is_paid()
    paid = await _money(desk, "2027-05-12")
    assert (paid.approved, paid.paid, paid.being_paid) == (AGREED, AGREED, AGREED)
    assert paid.forecast == waits.forecast, "that it is paid was foreseen"


async def test_what_is_not_paid_when_the_year_is_over_is_unspent(desk: Desk) -> None:
    await _signed_off_late_in_march(desk)
    desk.child = CHILDREN[1]
    await held(desk)
    await complete(desk)
    await desk.on("2027-03-30").does(SW, "sign")
    await desk.does(DT, "sign")
    money = await _money(desk.on("2027-03-31"), "2027-03-31")
    assert (money.being_paid, money.expected) == (AGREED, AGREED), "the day is not over"
    assert money.forecast == 2 * CAP - AGREED - AGREED
    over = await _money(desk.on("2027-04-01"), "2027-03-31")
    assert (over.approved, over.paid, over.being_paid, over.expected) == (AGREED, 0, AGREED, 0)
    assert over.forecast == over.forecast_at_pace == over.unspent == 2 * CAP, "its payment will count in the next year"


async def _signed_off_for_less(desk: Desk) -> None:
    """Opened again, with 10,000 pence less for the grant."""
    await desk.does(VS, "reopen", reason="The tutor was cheaper.")
    await desk.does(DT, "submit", section="grant", content=grant(20_000))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    await desk.does(VS, "sign_off")


async def test_a_plan_that_was_paid_last_year_and_is_signed_off_again_brings_nothing_new(desk: Desk) -> None:
    """Opened again in the new year for less: what is owed back is the new year's, and nothing is on its way."""
    await in_force(desk)
    await paid_in_the_ledger(desk, AGREED)
    before = await _money(desk.on("2027-04-01"), "2027-03-31")
    await _signed_off_for_less(desk.on("2027-04-20"))
    money = await _money(desk, "2027-04-20")
    assert (money.approved, money.being_paid) == (0, 0), "it was approved in the year before"
    assert money.paid == -10_000, "owed back, on the day of its entry"
    assert money.unspent == money.forecast == 10_000
    assert await _money(desk, "2027-03-31") == before


async def test_a_plan_that_is_signed_off_again_in_its_own_year_counts_once_as_it_was_agreed_last(desk: Desk) -> None:
    await in_force(desk)
    await paid_in_the_ledger(desk, AGREED)
    await _signed_off_for_less(desk.on("2026-11-02"))
    money = await _money(desk, "2026-11-02")
    assert (money.approved, money.paid, money.being_paid) == (20_000, 20_000, 0)
    assert money.forecast == CAP - 20_000

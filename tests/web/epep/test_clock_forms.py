"""Exceptions of the Virtual School as forms: pause, a review without a meeting, a record put right (PROCESS.md M6)."""

from contracts.review import Stage
from store.tables import StoredAct
from tests.support.reviews import MEETING
from tests.support.taken import Desk, held, in_force, signed, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.people import SW, VS, browser_in

ACTS = "/cases/C007/acts"
WHY = {"reason": "Asked by the school."}


async def test_a_plan_is_paused_and_resumed_and_each_only_when_it_can_be(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(Desk(door.database, door.clock))
    officer = await browser_in(VS, door, browser_of, "C007")
    assert (await officer.open(f"{ACTS}/resume")).status == 403
    assert "stands still" in (await officer.send(f"{ACTS}/pause", WHY)).text
    assert (await desk.standing()).stage is Stage.PAUSED
    assert (await officer.open(f"{ACTS}/pause")).status == 403
    assert "The clock of this plan goes on." in (await officer.send(f"{ACTS}/resume", WHY)).text
    assert (await desk.standing()).stage is Stage.PREPARING


async def test_one_review_does_without_a_meeting_and_says_what_follows(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(Desk(door.database, door.clock))
    officer = await browser_in(VS, door, browser_of, "C007")
    page = await officer.open(f"{ACTS}/review-without-meeting")
    assert "An arranged meeting is called off" in page.text
    assert "govuk-button--warning" in page.html
    empty = await officer.press(page, {"reason": ""})
    assert (empty.status, (await desk.standing()).without_meeting) == (422, False)
    await officer.press(empty, WHY)
    assert (await desk.standing()).without_meeting


async def test_M6_a_meeting_s_record_is_taken_back_by_its_words_and_not_by_an_id(
    door: Door, browser_of: Opening
) -> None:
    desk = await held(Desk(door.database, door.clock))
    officer = await browser_in(VS, door, browser_of, "C007")
    page = await officer.open(f"{ACTS}/correct")
    assert "The record of the meeting on Wednesday 14 October 2026" in page.text
    assert "The next meeting's date, Wednesday 20 January 2027" in page.text
    (record,) = [act.id for act in await desk.rows(StoredAct) if act.action == "record_meeting"]
    assert (await desk.standing()).held_on == MEETING
    sent = await officer.press(page, {"mistake": record, **WHY})
    assert "The record is corrected." in sent.text
    assert (await desk.standing()).held_on is None
    again = await officer.open(f"{ACTS}/correct")
    assert "The record of the meeting" not in again.text


async def test_a_signature_and_a_change_that_waits_can_be_taken_back(door: Door, browser_of: Opening) -> None:
    desk = await signed(Desk(door.database, door.clock))
    await desk.does(SW, "leave_care", on="2026-10-30", reason="A mistake.")
    officer = await browser_in(VS, door, browser_of, "C007")
    page = await officer.open(f"{ACTS}/correct")
    assert "The leaving of care, to hold from Friday 30 October 2026" in page.text
    (leaving,) = [act.id for act in await desk.rows(StoredAct) if act.action == "leave_care"]
    await officer.press(page, {"mistake": leaving, **WHY})
    after = await officer.open(f"{ACTS}/correct")
    assert "leaving of care" not in after.text
    (signature,) = [act.id for act in await desk.rows(StoredAct) if act.action == "sign" and act.by == "social_worker"]
    await officer.press(after, {"mistake": signature, **WHY})
    assert SW not in (await desk.standing()).signed


async def test_a_plan_in_force_is_opened_again_by_its_term(door: Door, browser_of: Opening) -> None:
    desk = await in_force(Desk(door.database, door.clock))
    officer = await browser_in(VS, door, browser_of, "C007")
    assert (await officer.open(f"{ACTS}/correct")).status == 403, "what is signed off is opened first"
    page = await officer.open(f"{ACTS}/reopen")
    assert "Autumn term 2026/27" in page.text
    sent = await officer.press(page, {"review": "2026/27 autumn", **WHY})
    assert "Nothing is paid twice." in sent.text
    assert (await desk.standing()).reopened
    assert (await officer.open(f"{ACTS}/reopen")).status == 403

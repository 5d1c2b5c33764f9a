"""A correction takes back the act that is named, in its own review, while it is the newest that still has effect."""

from datetime import date

from contracts.ids import cycle_workflow_id, review_workflow_id
from contracts.review import Section, Stage
from store.outbox_tables import Destination
from store.tables import CaseEvent, StoredAct
from tests.support.corrected import newest, takes_back, why_not
from tests.support.reviews import DT, MEETING, SW, VS, held_on
from tests.support.taken import SPRING, Desk, complete, held, opened, signed, with_a_meeting


async def with_both_open(desk: Desk) -> Desk:
    """The autumn's meeting was held late, on 25 November; the spring's review is open and meets on 5 January."""
    await opened(desk)
    await desk.on("2026-11-19").does(SW, "arrange_meeting", on="2026-11-25")
    await desk.does(SW, "next_meeting", on="2027-01-05")
    await desk.on("2026-11-25", "00:00").opens(SPRING)
    await desk.on("2026-11-25", "16:00").does(DT, "record_meeting", **held_on("2026-11-25"))
    assert await desk.stages() == ["completing", "preparing"]
    return desk


async def test_an_act_of_last_terms_review_is_taken_back_there(desk: Desk) -> None:
    await with_both_open(desk)
    spring = (await desk.reviews())[1]
    await takes_back(desk.on("2026-11-26"), await newest(desk, "record_meeting"))
    assert await desk.stages() == ["meeting_due", "preparing"]
    assert (await desk.reviews())[1] == spring
    (correction,) = [act for act in await desk.rows(StoredAct) if act.action == "correct"]
    assert correction.review_id == (await desk.reviews())[0].plan.review_id


async def test_a_signature_on_last_terms_plan_is_taken_back_there(desk: Desk) -> None:
    await signed(desk)
    await desk.on("2026-12-09", "00:00").opens(SPRING)
    await takes_back(desk, await newest(desk, "sign"))
    assert await desk.stages() == ["signing", "preparing"]
    assert (await desk.standing()).signed == (SW,)


async def test_B1_a_record_that_is_taken_back_after_its_term_leaves_the_term_missed_at_once(desk: Desk) -> None:
    await held(desk)
    await desk.on("2026-12-19", "00:00").passes()
    assert (await desk.standing()).unfinished
    answer = await takes_back(desk.on("2027-01-11"), await newest(desk, "record_meeting"))
    standing = await desk.standing()
    assert (standing.stage, standing.since, standing.unfinished) == (Stage.MISSED, desk.clock.at, False)
    lines = [line for line in await desk.rows(CaseEvent) if line.what == "missed"]
    assert [(line.at, line.facts["why"]) for line in lines] == [
        (desk.clock.at, "The autumn term 2026/27 is over and no meeting was held.")
    ]
    workflow = review_workflow_id((await desk.reviews())[0].plan.review_id)
    assert workflow in answer.to_tell
    assert [row.closed for row in await desk.rows(Destination) if row.workflow_id == workflow] == [True]
    assert await desk.rules(SW, "record_meeting", held=False, reason="Snow.") == ["ORDER"]
    assert "no meeting was held in it" in await why_not(desk, await newest(desk, "next_meeting"))


async def test_B1_a_record_that_is_taken_back_in_its_term_is_missed_when_that_is_over(desk: Desk) -> None:
    await held(desk)
    await takes_back(desk, await newest(desk, "record_meeting"))
    await desk.does(SW, "record_meeting", held=False, reason="Snow.")
    assert await desk.stages() == ["waiting_for_date"]
    await desk.on("2026-12-19", "00:00").passes()
    assert await desk.stages() == ["missed"]


async def test_M6_only_the_newest_record_is_taken_back_and_only_once(desk: Desk) -> None:
    await with_a_meeting(desk)
    not_held = await desk.on(MEETING, "16:00").does(DT, "record_meeting", held=False, reason="Snow.")
    first = await desk.does(DT, "record_meeting", **held_on("2026-10-13"))
    second = await desk.does(SW, "record_meeting", **held_on(MEETING))
    for replaced in (not_held, first):
        assert "has replaced this one" in await why_not(desk, replaced.id)
    await takes_back(desk, second.id)
    standing = await desk.standing()
    assert (standing.held_on, standing.meeting_on) == (None, date(2026, 10, 13)), "the day that was recorded before"
    assert "taken back already" in await why_not(desk, second.id)
    await desk.does(SW, "record_meeting", **held_on(MEETING))
    assert "taken back already" in await why_not(desk, second.id)


async def test_A4_a_signature_is_taken_back_while_it_counts(desk: Desk) -> None:
    await complete(await held(desk))
    given = await desk.does(SW, "sign")
    await desk.submits(SW, Section.VOICE)
    assert "void already" in await why_not(desk, given.id)
    again = await desk.does(SW, "sign")
    await desk.does(VS, "proxy_sign", **{"for": "designated_teacher"}, reason="Ill.")
    assert "has replaced this one" in await why_not(desk, given.id)
    await takes_back(desk, again.id)
    assert (await desk.standing()).signed == (DT,)
    await takes_back(desk, await newest(desk, "proxy_sign"))
    assert (await desk.standing()).signed == ()


async def test_A5_a_next_date_is_taken_back_and_the_cycle_hears_of_it(desk: Desk) -> None:
    await held(desk)
    first = await newest(desk, "next_meeting")
    second = await desk.does(SW, "next_meeting", on="2027-01-21")
    assert "has replaced this one" in await why_not(desk, first)
    answer = await takes_back(desk, second.id)
    assert ("next_meeting", SW) in [(part["part"], part["role"]) for part in (answer.case or {})["missing"]]
    assert cycle_workflow_id((await desk.case()).id) in answer.to_tell
    assert (await desk.case()).opens_at != desk.clock.at


async def test_what_is_put_right_by_doing_it_again_is_not_taken_back(desk: Desk) -> None:
    await held(desk)
    for action in ("arrange_meeting", "submit"):
        assert "by doing it again" in await why_not(desk, await newest(desk, action))


async def test_a_change_of_people_before_any_plan_is_not_taken_back(desk: Desk) -> None:
    desk.on("2026-08-20")
    change = {"role": "social_worker", "name": "A B", "email": "ab@council.example", "from": "2026-08-20"}
    changed = await desk.does(VS, "change_person", **change)
    await opened(desk)
    assert "by doing it again" in await why_not(desk, changed.id)
    assert await desk.rules(VS, "reopen", act=changed.id, reason="x") == ["ORDER"]


async def test_M6_a_meeting_that_has_another_date_by_now_does_not_go_back_to_the_old_one(desk: Desk) -> None:
    await with_a_meeting(desk)
    not_held = await desk.on(MEETING, "16:00").does(SW, "record_meeting", held=False, reason="Snow.")
    await desk.does(SW, "arrange_meeting", on="2026-10-21")
    assert "Another date" in await why_not(desk, not_held.id)

"""The date of the meeting, on the pages: only valid days are offered, it moves, and it may not have taken place."""

from datetime import date, timedelta

from contracts.clock import london_date
from contracts.review import Stage
from tests.support.reviews import DT, LATEST_SAFE, SW
from tests.support.taken import CHILD, opened, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.met import CASE, act, desk_of, options_of, teacher, worker
from tests.web.outline import assert_whole

A_SATURDAY, IN_HALF_TERM, IN_THE_LEAD_UP = "2026-10-17", "2026-10-28", "2026-12-10"
ARRANGE, MOVE, NOT_HELD = act("arrange-meeting"), act("move-meeting"), act("meeting-not-held")
LAST_DAY = date(2026, 12, 18)


async def test_B2_M7_only_valid_days_are_offered_and_each_is_accepted(door: Door, browser_of: Opening) -> None:
    desk = await opened(desk_of(door))
    social_worker = await worker(door, browser_of)
    page = await social_worker.open(ARRANGE)
    offered = options_of(page)
    assert page.fields["on"][0] in offered, "the suggested day is chosen"
    assert offered[-1] == LATEST_SAFE.isoformat()
    assert "is about the middle of the" in page.text
    assert "The latest safe date is Friday 27 November 2026: after it come the last 15 school days" in page.text
    for day in (*page.fields["on"], offered[0], offered[-1]):
        sent = await social_worker.send(ARRANGE, {"on": day, "time": "14:00", "place": "Room 3"})
        assert sent.path == f"{CASE}?done=arrange_meeting", day
        assert (await desk.standing()).meeting_on == date.fromisoformat(day)
    for number in range((LAST_DAY - london_date(door.clock.at)).days + 1):
        day = (london_date(door.clock.at) + timedelta(days=number)).isoformat()
        rules = set(await desk.rules(SW, "arrange_meeting", on=day))
        assert rules <= {"B2", "M7"}
        assert bool(rules) == (day not in offered), day


async def test_B2_M7_the_page_says_why_a_day_is_not_offered(door: Door, browser_of: Opening) -> None:
    await opened(desk_of(door))
    page = await (await worker(door, browser_of)).open(ARRANGE)
    assert "Monday 26 October 2026 to Friday 30 October 2026: in the school's half term" in page.text
    assert "Monday 30 November 2026 to Friday 18 December 2026: after the latest safe date" in page.text


async def test_B2_M7_a_day_that_is_not_valid_any_more_is_refused_with_everything_still_typed(
    door: Door, browser_of: Opening
) -> None:
    await opened(desk_of(door))
    social_worker = await worker(door, browser_of)
    for day, sentence in (
        (A_SATURDAY, "Saturday 17 October 2026 is a weekend. The nearest valid dates are"),
        (IN_HALF_TERM, "Wednesday 28 October 2026 is in the school's half term. The nearest valid dates are"),
        (IN_THE_LEAD_UP, "Thursday 10 December 2026 is too late: the latest safe date is Friday 27 November 2026"),
        ("2026-09-01", "“Date of the meeting”: Tuesday 1 September 2026 is past; choose a day to come"),
        ("next week", "“Date of the meeting”: not a date"),
    ):
        refused = await social_worker.send(ARRANGE, {"on": day, "time": "14:30", "place": "The library"})
        assert refused.status == 409
        assert refused.errors[0].startswith(sentence), refused.errors
        assert 'href="#on"' in refused.html
        assert (refused.fields["time"], refused.fields["place"]) == (["14:30"], ["The library"])
    assert (await desk_of(door).standing()).meeting_on is None


async def test_B1_arranging_again_begins_with_what_is_arranged(door: Door, browser_of: Opening) -> None:
    await opened(desk_of(door))
    social_worker = await worker(door, browser_of)
    await social_worker.send(ARRANGE, {"on": "2026-10-14", "time": "9.30", "place": "Room 3"})
    again = await social_worker.open(ARRANGE)
    assert [again.fields[name] for name in ("on", "time", "place")] == [["2026-10-14"], ["09:30"], ["Room 3"]]


async def test_B4_the_school_says_that_the_date_does_not_suit_and_the_social_worker_sees_it(
    door: Door, browser_of: Opening
) -> None:
    await with_a_meeting(desk_of(door))
    designated_teacher, social_worker = await teacher(door, browser_of), await worker(door, browser_of)
    asked = await designated_teacher.open(act("agree-date"))
    assert "The meeting is arranged for Wednesday 14 October 2026." in asked.text
    await designated_teacher.press(asked, {"agreed": "no", "words": "We have an open day."})
    shown = await social_worker.open(f"{CASE}/meeting")
    assert "The date does not suit: We have an open day." in shown.text


async def test_M6_one_act_moves_the_meeting_and_the_page_keeps_the_history(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    await desk.does(DT, "agree_date", agreed=True)
    designated_teacher = await teacher(door, browser_of)
    page = await designated_teacher.open(MOVE)
    assert "It is arranged for Wednesday 14 October 2026." in page.text
    assert "2026-10-14" not in options_of(page)
    assert A_SATURDAY not in options_of(page)
    no_reason = await designated_teacher.press(page, {"on": "2026-10-15"})
    assert no_reason.errors == ["Fill in “Why is it moved?”."]
    assert no_reason.fields["on"] == ["2026-10-15"]
    moved = await designated_teacher.press(no_reason, {"reason": "The school has an open day."})
    assert "nobody is chased for the old one" in moved.text
    assert (await desk.standing()).meeting_on == date(2026, 10, 15)
    shown = await designated_teacher.open(f"{CASE}/meeting")
    assert "Arranged for Wednesday 14 October 2026. Social worker" in shown.text
    assert "Moved to Thursday 15 October 2026. Designated teacher" in shown.text
    assert "The school has an open day." in shown.text
    assert "Has not answered yet" in shown.text, "an answer to the old date is none to the new one"


async def test_M6_once_its_day_has_come_both_are_asked_whether_it_took_place(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    desk.on("2026-10-13")
    assert "Did the meeting take place?" not in (await (await worker(door, browser_of)).open(CASE)).text
    desk.on("2026-10-15")
    for somebody in (await worker(door, browser_of), await teacher(door, browser_of)):
        for path in (CASE, f"{CASE}/meeting"):
            asked = await somebody.open(path)
            assert "Did the meeting take place?" in asked.text
            assert f'href="{act("record-meeting")}"' in asked.html
            assert f'href="{NOT_HELD}"' in asked.html


async def test_M6_a_meeting_that_did_not_take_place_waits_for_a_new_date(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    desk.on("2026-10-15")
    social_worker = await worker(door, browser_of)
    done = await social_worker.send(NOT_HELD, {"reason": "The carer was ill."})
    assert "It is recorded that the meeting did not take place." in done.text
    assert (await desk.standing()).stage is Stage.WAITING_FOR_DATE
    shown = await social_worker.open(f"{CASE}/meeting")
    assert "No meeting is arranged." in shown.text
    assert "The carer was ill." in shown.text
    again = await social_worker.open(NOT_HELD)
    assert (again.status, "There is no arranged meeting" in again.text) == (403, True)


async def test_M7_where_no_valid_day_is_left_the_page_says_so_before_anything_is_typed(
    door: Door, browser_of: Opening
) -> None:
    desk = await opened(desk_of(door))
    desk.on("2026-12-07")
    page = await (await worker(door, browser_of)).open(ARRANGE)
    assert "No valid date is left in this term: ask the Virtual School what to do." in page.text
    assert "The latest safe date is Friday 27 November 2026" in page.text


async def test_B2_M7_last_terms_unfinished_plan_does_not_hide_this_terms_meeting(
    door: Door, browser_of: Opening
) -> None:
    """The case shows the autumn's plan, which nobody completed; the spring's meeting is arranged and asked about."""
    desk = await with_a_meeting(desk_of(door))
    desk.on("2026-10-14", "16:00")
    await desk.does(DT, "record_meeting", held=True, on="2026-10-14", confidential=True, young_person="attended",
                    grant_agreed=True, actions=[])  # fmt: skip
    await desk.on("2027-01-06").opens("2026/27 spring")
    social_worker = await worker(door, browser_of)
    page = await social_worker.open(ARRANGE)
    assert min(options_of(page)) >= "2027-01-06"
    await social_worker.press(page, {"on": "2027-01-20"})
    assert (await desk.standing(1)).meeting_on == date(2027, 1, 20)
    desk.on("2027-01-21")
    social_worker = await worker(door, browser_of)
    assert "Did the meeting take place?" in (await social_worker.open(CASE)).text
    assert (await social_worker.open(act("record-meeting"))).fields["on-day"] == ["20"]


async def test_the_pages_of_the_meeting_are_whole_for_each_of_its_readers(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    await desk.does(SW, "invite", kind="carer", name="Ada Quill", email="ada@home.example")
    social_worker = await worker(door, browser_of)
    for path in (ARRANGE, MOVE, act("invite"), act("answer-invitation"), act("record-voice"), f"{CASE}/meeting"):
        assert_whole(await social_worker.client.get(path))
    assert "Ada Quill" in (await social_worker.open(f"{CASE}/meeting")).text
    assert "ada@home.example" not in (await social_worker.open(f"{CASE}/meeting")).html
    assert (await social_worker.open(f"/cases/{CHILD[::-1]}/meeting")).status == 404

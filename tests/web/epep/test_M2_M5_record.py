"""The record of the meeting as a form: M2-M5, B9, the next date (A5), and who is asked to come (B3, B4)."""

from contracts.people import Role
from contracts.review import Section, Stage
from store.tables import Attendee, StoredAct
from tests.support.reviews import DT, SW, content_of
from tests.support.taken import Desk, held, in_force, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.met import CASE, act, desk_of, options_of, teacher, worker
from tests.web.epep.pages import Answers

RECORD, NEXT = act("record-meeting"), act("next-meeting")
AS_IT_SHOULD_BE: Answers = {
    "confidential": "yes",
    "young_person": "joined_at_end",
    "targets_agreed": "agreed",
    "grant_agreed": "yes",
    "grant_pence": "£300",
    "actions-0-what": "lend a laptop",
    "actions-0-owner": "the SENCO",
    "actions-0-by-day": "2",
    "actions-0-by-month": "11",
    "actions-0-by-year": "2026",
}


async def on_its_day(door: Door) -> Desk:
    """The meeting of 14 October has taken place this afternoon."""
    return (await with_a_meeting(desk_of(door))).on("2026-10-14", "16:00")


async def newest(desk: Desk, action: str) -> dict[str, object]:
    """What was stored of the newest act of a kind, but for its id."""
    acts = sorted(await desk.rows(StoredAct), key=lambda one: one.at)
    body: dict[str, object] = next(one.body for one in reversed(acts) if one.action == action)
    return {name: value for name, value in body.items() if name not in ("id", "seen")}


async def test_M2_M3_M4_M5_B9_the_whole_record_is_kept(door: Door, browser_of: Opening) -> None:
    desk = await on_its_day(door)
    designated_teacher = await teacher(door, browser_of)
    page = await designated_teacher.open(RECORD)
    assert [page.fields[f"on-{part}"] for part in ("day", "month", "year")] == [["14"], ["10"], ["2026"]]
    assert "then have 7 days from the day of the meeting to complete the plan" in page.text
    done = await designated_teacher.press(page, AS_IT_SHOULD_BE)
    assert "The meeting is recorded." in done.text
    assert await newest(desk, "record_meeting") == {
        "action": "record_meeting",
        "by": "designated_teacher",
        "held": True,
        "on": "2026-10-14",
        "confidential": True,
        "young_person": "joined_at_end",
        "targets_agreed": "agreed",
        "grant_agreed": True,
        "grant_pence": 30_000,
        "actions": [{"what": "lend a laptop", "owner": "the SENCO", "by": "2026-11-02"}],
    }
    shown = await designated_teacher.open(f"{CASE}/meeting")
    for words in ("joined at the end", "£300", "lend a laptop: the SENCO, by Monday 2 November 2026"):
        assert words in shown.text, words


async def test_M2_a_room_that_was_not_confidential_needs_its_reason(door: Door, browser_of: Opening) -> None:
    desk = await on_its_day(door)
    social_worker = await worker(door, browser_of)
    refused = await social_worker.send(RECORD, {**AS_IT_SHOULD_BE, "confidential": "no"})
    assert refused.status == 409
    assert refused.errors == ["Say why the room was not confidential."]
    assert 'href="#reason"' in refused.html
    assert refused.fields["actions-0-what"] == ["lend a laptop"]
    await social_worker.press(refused, {"reason": "Only the library was free."})
    assert (await desk.standing()).confidential is False
    assert "Only the library was free." in (await social_worker.open(f"{CASE}/meeting")).text


async def test_M3_targets_that_were_redefined_are_written_again(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))

    await desk.on("2026-10-01").does(DT, "submit", section="targets", content=content_of(Section.TARGETS))
    desk.on("2026-10-14", "16:00")
    designated_teacher = await teacher(door, browser_of)
    done = await designated_teacher.send(RECORD, {**AS_IT_SHOULD_BE, "targets_agreed": "redefined"})
    assert "The designated teacher's targets section is missing." in done.text


async def test_M4_a_meeting_without_actions_is_recorded_and_half_an_action_is_not(
    door: Door, browser_of: Opening
) -> None:
    desk = await on_its_day(door)
    designated_teacher = await teacher(door, browser_of)
    half = await designated_teacher.send(RECORD, {**AS_IT_SHOULD_BE, "actions-0-owner": "", "actions-0-by-day": ""})
    assert half.status == 422
    assert half.errors == [
        "Fill in “Who does it?”.",
        "“By when?” must be a real date: day, month and year, such as 14 10 2026.",
    ]
    nothing = {name: "" for name in AS_IT_SHOULD_BE if name.startswith("actions-")}
    await designated_teacher.press(half, nothing)
    assert (await desk.standing()).actions_agreed == 0


async def test_M5_a_sum_that_is_none_and_an_unanswered_question_are_said(door: Door, browser_of: Opening) -> None:
    await on_its_day(door)
    designated_teacher = await teacher(door, browser_of)
    wrong = await designated_teacher.send(RECORD, {**AS_IT_SHOULD_BE, "grant_pence": "all of it", "grant_agreed": ""})
    assert wrong.errors == [
        "Choose an answer for “Did everybody agree the use of the grant?”.",
        "“How much was agreed?” must be a sum in pounds, such as 300 or 12.50.",
    ]
    assert wrong.fields["grant_pence"] == ["all of it"]


async def test_M6_a_record_of_another_day_moves_the_meeting_and_a_day_to_come_is_refused(
    door: Door, browser_of: Opening
) -> None:
    desk = await on_its_day(door)
    designated_teacher = await teacher(door, browser_of)
    refused = await designated_teacher.send(RECORD, {**AS_IT_SHOULD_BE, "on-day": "16"})
    assert refused.errors == [
        "“When did it take place?”: Friday 16 October 2026 has not come yet; record the meeting once it was held."
    ]
    assert 'href="#on-day"' in refused.html
    await designated_teacher.press(refused, {"on-day": "13"})
    assert str((await desk.standing()).held_on) == "2026-10-13"
    shown = await designated_teacher.open(f"{CASE}/meeting")
    assert "Took place on another day: Tuesday 13 October 2026" in shown.text


async def test_two_who_record_the_meeting_at_once_see_both_records(door: Door, browser_of: Opening) -> None:
    desk = await on_its_day(door)
    designated_teacher, social_worker = await teacher(door, browser_of), await worker(door, browser_of)
    mine, theirs = await designated_teacher.open(RECORD), await social_worker.open(RECORD)
    await social_worker.press(theirs, {**AS_IT_SHOULD_BE, "young_person": "attended"})
    both = await designated_teacher.press(mine, AS_IT_SHOULD_BE)
    assert both.status == 409
    assert "Somebody has changed this since you opened it." in both.errors[0]
    assert (await newest(desk, "record_meeting"))["young_person"] == "attended"
    desk.on("2026-10-14", "16:05")
    await designated_teacher.press(both)
    assert (await newest(desk, "record_meeting"))["young_person"] == "joined_at_end"


async def test_A5_only_valid_days_of_the_next_term_are_offered(door: Door, browser_of: Opening) -> None:
    desk = await held(desk_of(door), next_meeting=None)
    social_worker = await worker(door, browser_of)
    page = await social_worker.open(NEXT)
    offered = options_of(page)
    assert page.fields["on"][0] in offered
    assert (offered[0], offered[-1]) == ("2027-01-04", "2027-03-04")
    assert "The latest safe date is Thursday 4 March 2027" in page.text
    saturday = await social_worker.press(page, {"on": "2027-01-23"})
    assert saturday.status == 409
    assert saturday.errors[0].startswith("Saturday 23 January 2027 is a weekend. The nearest valid dates are")
    for day in (offered[0], offered[-1], "2027-01-20"):
        await social_worker.send(NEXT, {"on": day})
        assert str((await desk.standing()).next_meeting_on) == day
    assert "Next meeting: Wednesday 20 January 2027" in (await social_worker.open(f"{CASE}/meeting")).text


async def test_A5_no_next_meeting_needs_its_reason(door: Door, browser_of: Opening) -> None:
    desk = await held(desk_of(door), next_meeting=None)
    social_worker = await worker(door, browser_of)
    refused = await social_worker.send(NEXT, {"there_is": "no"})
    assert refused.errors == ["Say why there is no next meeting."]
    assert 'href="#reason"' in refused.html
    await social_worker.press(refused, {"reason": "Leaves care in December."})
    assert await newest(desk, "next_meeting") == {
        "action": "next_meeting",
        "by": "social_worker",
        "none": True,
        "reason": "Leaves care in December.",
    }
    neither = await social_worker.send(NEXT, {"there_is": "yes", "on": ""})
    assert neither.errors == ["“Date of the next meeting”: choose it, or say that there is none and why."]


async def test_A5_after_the_sign_off_the_page_says_that_it_is_too_late(door: Door, browser_of: Opening) -> None:

    desk = await in_force(desk_of(door))
    assert (await desk.standing()).stage is Stage.IN_FORCE
    page = await (await worker(door, browser_of)).open(NEXT)
    assert (page.status, "This plan is past that." in page.text) == (403, True)


async def test_B4_people_are_asked_and_their_answers_are_kept(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    social_worker = await worker(door, browser_of)
    wrong = await social_worker.send(act("invite"), {"kind": "professional", "name": "Dr Ash", "email": "no address"})
    assert wrong.status == 409
    assert wrong.fields["name"] == ["Dr Ash"]
    await social_worker.press(wrong, {"email": "ash@clinic.example"})
    answers = await social_worker.open(act("answer-invitation"))
    await social_worker.press(answers, {"kind": "professional", "comes": "no", "words": "Sends a report."})
    (asked,) = await desk.rows(Attendee)
    assert (asked.kind, asked.name, asked.email, asked.answer) == (
        "professional",
        "Dr Ash",
        "ash@clinic.example",
        "No: Sends a report.",
    )
    await social_worker.send(act("answer-invitation"), {"kind": "myself", "comes": "yes"})
    assert {one.kind: one.answer for one in await desk.rows(Attendee)}["social_worker"] == "yes"


async def test_B4_an_invited_carer_answers_for_themselves(door: Door, browser_of: Opening) -> None:
    desk = await with_a_meeting(desk_of(door))
    await desk.does(SW, "invite", kind="carer")
    await door.put("carer@home.example", Role.CARER, desk.child)
    carer = await browser_of("carer@home.example")
    page = await carer.open(act("answer-invitation"))
    assert "Will you come?" in page.text
    await carer.press(page, {"comes": "yes"})
    assert [one.answer for one in await desk.rows(Attendee)] == ["yes"]
    shown = await carer.open(f"{CASE}/meeting")
    assert "Wednesday 14 October 2026" in shown.text
    assert "How the date came about" not in shown.text


async def test_B9_a_voice_that_is_heard_later_counts(door: Door, browser_of: Opening) -> None:
    desk = await on_its_day(door)
    designated_teacher = await teacher(door, browser_of)
    await designated_teacher.send(RECORD, {**AS_IT_SHOULD_BE, "young_person": "did_not_take_part"})
    assert not (await desk.standing()).voice_heard
    done = await designated_teacher.send(act("record-voice"), {"words": "I want to be a vet."})
    assert "What the child said is recorded." in done.text
    assert (await desk.standing()).voice_heard
    assert "I want to be a vet." in (await designated_teacher.open(f"{CASE}/meeting")).text

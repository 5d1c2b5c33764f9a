"""The Virtual School looks at a plan beside the last one, returns parts or signs it off (A7, A8, B3, B9, M2, M4)."""

import pytest

from contracts.review import Section, Stage
from store.tables import StoredAct
from tests.support.carried import autumn_in_force, between_the_meetings, met_in_spring, reviewed_in_spring
from tests.support.reviews import DT, MEETING, SW, VS, grant, held_on
from tests.support.taken import CHILD, Desk, complete, held, opened, signed, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.met import CASE, COLLEAGUE, REVIEW, act, desk_of, officer, teacher, worker
from tests.web.epep.pages import Browser, Page
from tests.web.outline import assert_whole

SIGN_OFF, RETURN = act("sign-off"), act("return")


async def without_a_voice(desk: Desk) -> Desk:
    """Complete and signed by both; the child was never heard, the room was open, and nobody agreed to do anything."""
    await with_a_meeting(desk)
    record = held_on(MEETING, young_person="did_not_take_part", confidential=False, reason="Thin walls.", actions=[])
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **record)
    return await both_sign(await complete(desk))


async def both_sign(desk: Desk) -> Desk:
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    return desk


async def stored(desk: Desk, action: str) -> dict[str, object]:
    """The one act of a kind that was stored."""
    (body,) = [one.body for one in await desk.rows(StoredAct) if one.action == action]
    return dict(body)


def blocks_on(page: Page) -> str:
    """What the page says would block the sign-off."""
    return page.text.partition("What would block the sign-off")[2].partition("Targets")[0]


async def test_A7_what_blocks_the_sign_off_is_said_by_name_with_its_rule(door: Door, browser_of: Opening) -> None:
    await opened(desk_of(door))
    page = await (await officer(door, browser_of)).open(REVIEW)
    for words in (
        "A7 The final sign-off comes last: the social worker and the designated teacher must sign first.",
        "B9 The child's voice was not heard",
        "M5 The meeting did not agree the use of the grant",
    ):
        assert words in blocks_on(page), words
    assert "Sign the plan off" not in page.text, "nothing is signed off before it is signed"


async def test_A7_a_sign_off_before_the_signatures_is_refused_with_the_same_sentence(
    door: Door, browser_of: Opening
) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    form = (await vs.open(REVIEW)).form(SIGN_OFF)
    await desk.does(SW, "record_voice", words="I like maths.")
    await desk.does(VS, "return", parts=["voice"], reasons="More of it.")
    refused = await vs.press(form)
    assert refused.status == 409
    assert refused.errors == [
        "The final sign-off comes last: the social worker and the designated teacher must sign first."
    ]


async def test_A8_the_sign_off_says_what_it_releases_to_which_school_and_releases_it(
    door: Door, browser_of: Opening
) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    page = await vs.open(REVIEW)
    assert "Nothing. Both parties have signed, and every rule is kept." in blocks_on(page)
    assert "When you sign it off, £300 is released to Oak Primary School (URN 900000)." in page.text
    done = await vs.press(page.form(SIGN_OFF))
    assert done.path == f"{CASE}?done=sign_off"
    assert (await desk.standing()).stage is Stage.PAYING
    again = await vs.open(SIGN_OFF)
    assert (again.status, "does not wait for the Virtual School" in again.text) == (403, True)


async def test_A8_a_plan_whose_grant_was_kept_says_that_nothing_is_released_to_the_school_found_since(
    door: Door, browser_of: Opening
) -> None:
    desk = await complete(await held(desk_of(door)))
    await desk.does(SW, "change_school", **{"from": str(MEETING)})
    for role in (SW, VS):
        await desk.does(role, "sign")
    await desk.does(VS, "sign_off")
    school = {"calendar": "phsg", "designated_teacher": "A", "email": "dt@new.example"}
    await desk.does(SW, "change_school", school="New Hall", **school, **{"from": str(MEETING)})
    await desk.does(VS, "reopen", reason="Target 2 was another child's.")
    await both_sign(await complete(desk))
    page = await (await officer(door, browser_of)).open(REVIEW)
    assert "£300 stays with the Virtual School, which kept this grant: nothing is released to a school." in page.text


async def test_B9_an_exception_is_asked_for_only_where_the_rule_blocks_and_needs_its_reason(
    door: Door, browser_of: Opening
) -> None:
    desk = await without_a_voice(desk_of(door))
    vs = await officer(door, browser_of)
    page = await vs.open(REVIEW)
    assert "B9 The child's voice was not heard" in blocks_on(page)
    form = page.form(SIGN_OFF)
    assert "exception_B3" not in form.fields
    refused = await vs.press(form)
    assert refused.errors == [
        "The child's voice was not heard: record what the child said, or give an exception with its reason."
    ]
    assert 'href="#exception_B9"' in refused.html
    await vs.press(refused, {"exception_B9": "In hospital since August."})
    assert (await stored(desk, "sign_off"))["exceptions"] == [{"rule": "B9", "reason": "In hospital since August."}]


async def test_M2_M4_what_the_meeting_left_undone_is_seen_first(door: Door, browser_of: Opening) -> None:
    await without_a_voice(desk_of(door))
    page = await (await officer(door, browser_of)).open(REVIEW)
    first = page.text.partition("What you should see first")[2].partition("Targets")[0]
    assert "The meeting's room was not confidential" in first
    assert "The meeting agreed no actions with an owner and a date." in first
    assert "Thin walls." in page.text


async def test_B3_a_plan_without_the_receiving_school_needs_its_exception(door: Door, browser_of: Opening) -> None:
    desk = Desk(door.database, door.clock, "C008")
    await desk.on("2027-01-05").opens("2026/27 spring")
    (review,) = await desk.reviews()
    assert review.plan.year_group == "Y6"
    await desk.does(VS, "arrange_meeting", on="2027-01-20")
    await desk.on("2027-01-20", "16:00").does(DT, "record_meeting", **held_on("2027-01-20"))
    vs = await officer(door, browser_of)
    page = await vs.open("/cases/C008/review")
    assert "B3 Staff of the receiving school or college were not invited" in blocks_on(page)
    await both_sign(await complete(desk))
    page = await vs.open("/cases/C008/review")
    refused = await vs.press(page.form("/cases/C008/acts/sign-off"))
    assert refused.errors[0].startswith("Staff of the receiving school or college were not invited: invite them")
    await vs.press(refused, {"exception_B3": "The place is not allocated yet."})
    assert (await stored(desk, "sign_off"))["exceptions"] == [
        {"rule": "B3", "reason": "The place is not allocated yet."}
    ]


async def test_parts_are_returned_with_their_reasons_and_the_officers_words(door: Door, browser_of: Opening) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    form = (await vs.open(REVIEW)).form(RETURN)
    nothing = await vs.press(form)
    assert nothing.errors == ["Choose an answer for “Which parts?”."]
    no_reason = await vs.press(nothing, {"parts": ["grant", "target:2"]})
    assert no_reason.errors == ["“Why?”: this field is needed; fill it in."]
    assert no_reason.fields["parts"] == ["target:2", "grant"], "what was chosen is still chosen"
    usual = ["A target has no measure.", "The cost is not linked to a target."]
    await vs.press(no_reason, {"reasons": usual, "own_words": "Which tutor, and how often?"})
    returned = await stored(desk, "return")
    assert returned["parts"] == ["target:2", "grant"]
    assert returned["reasons"] == [*usual, "Which tutor, and how often?"]
    assert (await desk.standing()).stage is Stage.RETURNED
    assert "Which tutor, and how often?" in (await vs.open(REVIEW)).text, "whoever looks again sees what was returned"


async def test_whoever_puts_it_right_reads_why_it_was_returned(door: Door, browser_of: Opening) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    form = (await vs.open(REVIEW)).form(RETURN)
    await vs.press(form, {"parts": ["grant", "target:2"], "reasons": ["A target is too general."], "own_words": "How?"})
    designated_teacher, social_worker = await teacher(door, browser_of), await worker(door, browser_of)
    why = "The Virtual School returned: target 2 and grant A target is too general. How? Ola Hart, "
    for page in (
        await social_worker.open(CASE),
        await designated_teacher.open(CASE),
        await designated_teacher.open(f"{CASE}/sections/grant"),
        await designated_teacher.open(f"{CASE}/sections/targets"),
    ):
        assert why in page.text, page.path
    assert why not in (await designated_teacher.open(f"{CASE}/sections/attainment")).text
    await desk.does(DT, "submit", section="grant", content=grant(20_000))
    assert why not in (await designated_teacher.open(f"{CASE}/sections/grant")).text
    await desk.submits(DT, Section.TARGETS)
    assert why not in (await designated_teacher.open(CASE)).text


async def test_a_part_that_the_plan_does_not_have_cannot_be_returned(door: Door, browser_of: Opening) -> None:
    await signed(desk_of(door))
    page = await (await officer(door, browser_of)).open(RETURN)
    assert 'value="target:3"' in page.html
    for absent in ("transition", "previous_targets", "targets"):
        assert f'value="{absent}"' not in page.html, absent


async def test_A4_a_stale_sign_off_is_not_taken_and_says_what_was_written_since(
    door: Door, browser_of: Opening
) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    form = (await vs.open(REVIEW)).form(SIGN_OFF)
    await _returned_and_signed_again(desk)
    stale = await vs.press(form)
    assert stale.status == 409
    assert stale.errors == ["Somebody has changed this since you opened it. Nothing of yours was sent or lost."]
    assert "Written since you opened it Grant, by the designated teacher" in stale.text
    assert "Targets, by" not in stale.text
    assert (await desk.standing()).stage is Stage.VIRTUAL_SCHOOL
    read_again = await vs.open(REVIEW)
    assert "£200 is released" in read_again.text
    await vs.press(read_again.form(SIGN_OFF))
    assert (await desk.standing()).stage is Stage.PAYING


async def test_a_stale_return_keeps_what_was_chosen(door: Door, browser_of: Opening) -> None:
    desk = await signed(desk_of(door))
    vs = await officer(door, browser_of)
    form = (await vs.open(REVIEW)).form(RETURN)
    await _returned_and_signed_again(desk)
    stale = await vs.press(form, {"parts": ["voice"], "own_words": "More of it."})
    assert (stale.status, stale.fields["parts"], stale.fields["own_words"]) == (409, ["voice"], ["More of it."])
    await vs.press(stale)
    assert (await desk.standing()).stage is Stage.RETURNED


async def _returned_and_signed_again(desk: Desk) -> None:
    """A colleague returned the grant, the teacher asked for less, and both signed again."""
    await desk.does(VS, "return", parts=["grant"], reasons="Too dear.")
    await desk.does(DT, "submit", section=Section.GRANT.value, content=grant(20_000))
    await both_sign(desk)


async def test_two_officers_who_sign_off_at_once_are_one_sign_off(door: Door, browser_of: Opening) -> None:
    desk = await signed(desk_of(door))
    first, second = await officer(door, browser_of), await officer(door, browser_of, COLLEAGUE)
    forms = [(await browser.open(REVIEW)).form(SIGN_OFF) for browser in (first, second)]
    await first.press(forms[0])
    late = await second.press(forms[1])
    assert late.errors == ["The Virtual School has signed off already; nothing is left to do."]
    await stored(desk, "sign_off")


@pytest.fixture
async def in_spring(door: Door, browser_of: Opening) -> Browser:
    """The officer's browser; the spring's plan waits, the autumn's was in force."""
    desk = desk_of(door)
    await reviewed_in_spring(await between_the_meetings(await autumn_in_force(desk)))
    await both_sign(await complete(await met_in_spring(desk), 1))
    return await officer(door, browser_of)


async def test_M1_every_part_stands_beside_the_last_plans(in_spring: Browser) -> None:
    assert_whole(await in_spring.client.get(REVIEW))
    page = await in_spring.open(REVIEW)
    targets = page.text.partition("Targets This plan")[2].partition("Use of the grant")[0]
    for words in (
        "a reading mentor (the Virtual School)",
        "Met (designated teacher; £150 spent): Reads aloud.",
        "on track. Seven of ten.",
        "Concern (carer, Wednesday 11 November 2026 at 10:00): The club closed.",
        "Together: 1 met, 1 partly met, 1 not met for £175.01 of £300.00",
    ):
        assert words in targets, words
    money = page.text.partition("Use of the grant This plan")[2].partition("About child")[0]
    assert money.index("Together £300") < money.index("Last plan") < money.index("£100 for target 3: a climbing club")
    meeting = page.text.partition("The meeting This plan")[2].partition("What child and carer said")[0]
    assert "took part in the meeting" in meeting.partition("Last plan")[0]
    assert "did not take part" in meeting.partition("Last plan")[2]
    assert "I like maths." in page.text
    assert "ada@home.example" not in page.html


async def test_only_the_virtual_school_sees_the_page_of_the_sign_off(door: Door, browser_of: Opening) -> None:
    await held(desk_of(door))
    social_worker = await worker(door, browser_of)
    for path in (REVIEW, SIGN_OFF, RETURN, act("decide-funding")):
        page = await social_worker.open(path)
        assert page.status == 403, path
        assert "The social worker cannot do this; it is for the Virtual School." in page.text
    assert (await social_worker.open("/cases/C999/review")).status == 404
    assert CHILD in (await social_worker.open(CASE)).text


async def test_A4_a_signature_that_is_pressed_twice_is_one_and_both_presses_end_well(
    door: Door, browser_of: Opening
) -> None:
    await complete(await held(desk_of(door)))
    theirs = await teacher(door, browser_of)
    page = await theirs.open(act("sign"))
    for _ in range(2):
        signed_now = await theirs.press(page)
        assert (signed_now.status, signed_now.path) == (200, f"{CASE}?done=sign")
        assert "You have signed." in signed_now.text

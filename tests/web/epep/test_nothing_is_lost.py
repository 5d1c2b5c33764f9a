"""Nothing typed is lost: drafts, two people in one section, sessions that run out, outages."""

from datetime import timedelta

from sqlalchemy import select

from contracts.people import Role
from store.page_tables import Draft
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import NAVIGATION
from tests.web.signed_in import sign_in_as

ATTAINMENT = f"/cases/{CHILD}/sections/attainment"
SECOND_TEACHER = "deputy.900041@school.example"


async def test_a_draft_is_kept_and_only_its_author_sees_it(door: Door, browser_of: Opening) -> None:
    teacher, worker = await browser_of(TEACHER), await browser_of(SOCIAL_WORKER)
    kept = await teacher.send(ATTAINMENT, {"words": "Half a sentence about"}, press="later")
    assert "Your draft is kept. Only you can see it until you send it." in kept.text
    assert "Draft kept" in (await teacher.open(f"/cases/{CHILD}")).text
    assert (await teacher.open(ATTAINMENT)).fields["words"] == ["Half a sentence about"]
    assert "Half a sentence" not in (await worker.open(ATTAINMENT)).text
    assert await door.written("attainment") is None


async def test_a_draft_goes_when_it_is_sent_or_thrown_away(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.send(ATTAINMENT, {"words": "First"}, press="autosave")
    thrown = await teacher.send(ATTAINMENT, {}, press="discard")
    assert thrown.fields["words"] == [""]
    await teacher.send(ATTAINMENT, {"words": "Second"}, press="autosave")
    await teacher.send(ATTAINMENT, {})
    async with door.database.transaction() as session:
        assert list((await session.execute(select(Draft))).scalars()) == []
    assert await door.written("attainment") == {"words": "Second"}
    assert page.status == 200


async def test_two_people_in_one_section_see_both_versions_and_nothing_is_overwritten(
    door: Door, browser_of: Opening
) -> None:
    await door.put(SECOND_TEACHER, Role.DESIGNATED_TEACHER, CHILD)
    first, second = await browser_of(TEACHER), await browser_of(SECOND_TEACHER)
    mine, theirs = await first.open(ATTAINMENT), await second.open(ATTAINMENT)
    await second.press(theirs, {"words": "Theirs: reads well."})
    both = await first.press(mine, {"words": "Mine: reads very well."})
    assert both.status == 409
    assert both.errors == ["Somebody has changed this since you opened it. Nothing of yours was sent or lost."]
    assert "Theirs: reads well." in both.text
    assert both.fields["words"] == ["Mine: reads very well."]
    assert await door.written("attainment") == {"words": "Theirs: reads well."}
    chosen = await first.press(both, {"words": "Both: reads well, very well."})
    assert "The section is sent." in chosen.text
    assert await door.written("attainment") == {"words": "Both: reads well, very well."}


async def test_others_at_other_sections_never_stand_in_the_way(door: Door, browser_of: Opening) -> None:
    teacher, worker = await browser_of(TEACHER), await browser_of(SOCIAL_WORKER)
    page = await teacher.open(ATTAINMENT)
    await worker.send(f"/cases/{CHILD}/sections/about_child", {"words": "Likes dogs."})
    assert "The section is sent." in (await teacher.press(page, {"words": "Reads well."})).text


async def test_a_session_that_ran_out_returns_to_the_same_half_filled_form(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    door.clock.at += timedelta(hours=2)
    sent = await teacher.client.post(
        ATTAINMENT, data={**page.fields, "words": "Typed before lunch"}, headers=NAVIGATION
    )
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/sign-in?next=")
    await sign_in_as(door.database, door.clock, teacher.client, TEACHER)
    again = await teacher.open(ATTAINMENT)
    assert again.fields["words"] == ["Typed before lunch"]
    assert again.fields["act"] == page.fields["act"]


async def test_what_a_stranger_s_browser_sends_is_held_for_nobody(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    teacher.client.cookies.clear()
    sent = await teacher.client.post(ATTAINMENT, data={**page.fields, "words": "By nobody"}, headers=NAVIGATION)
    assert sent.status_code == 303
    async with door.database.transaction() as session:
        assert list((await session.execute(select(Draft))).scalars()) == []

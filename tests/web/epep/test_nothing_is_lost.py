"""Nothing typed is lost: drafts, two people in one section, sessions that run out, outages."""

from datetime import timedelta

from sqlalchemy import delete, select

from contracts.people import Role
from store.cases import find_case
from store.page_tables import Draft
from store.tables import CaseRole
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import NAVIGATION, Browser
from tests.web.signed_in import sign_in_as
from web.epep.act_forms import FORMS
from web.epep.held import FORM_KEYS

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
    assert (sent.status_code, "By nobody" in sent.text) == (403, True)
    async with door.database.transaction() as session:
        assert list((await session.execute(select(Draft))).scalars()) == []


async def test_other_words_from_a_page_that_was_sent_before_are_not_taken_for_the_same_once_more(
    door: Door, browser_of: Opening
) -> None:
    """Sent, then back in the browser, changed and sent again: the page still has the id of what was sent first."""
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    await teacher.press(page, {"words": "First thoughts."})
    assert "The section is sent." in (await teacher.press(page, {"words": "First thoughts."})).text
    both = await teacher.press(page, {"words": "Second thoughts."})
    assert (both.status, both.fields["words"]) == (409, ["Second thoughts."])
    assert "First thoughts." in both.text
    assert "The section is sent." in (await teacher.press(both)).text
    assert await door.written("attainment") == {"words": "Second thoughts."}
    assert (await door.rows())["section_revisions"] == 2


async def test_two_different_acts_from_one_page_are_two_and_each_sent_twice_counts_once(
    door: Door, browser_of: Opening
) -> None:
    worker, address = await browser_of(SOCIAL_WORKER), f"/cases/{CHILD}/acts/apply-for-funding"
    page = await worker.open(address)
    for why in ("A laptop.", "A tutor.", "A laptop.", "A tutor."):
        sent = await worker.press(page, {"pence": "300", "why": why, "targets": ["1"]})
        assert "The application is with the Virtual School." in sent.text, sent.errors
    assert (await door.rows())["acts"] == 2


async def test_a_draft_that_arrives_after_its_form_was_sent_does_not_come_back(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    await teacher.press(page, {"words": "Reads very well."})
    late = await teacher.press(page, {"words": "Reads ve"}, press="autosave")
    assert late.status == 409
    again = await teacher.open(ATTAINMENT)
    assert again.fields["words"] == ["Reads very well."]
    assert "This is your draft." not in again.text
    kept = await teacher.press(page, {"words": "Typed into the page from before."}, press="later")
    assert "Your draft is kept." in kept.text
    draft = await teacher.open(ATTAINMENT)
    assert draft.fields["words"] == ["Typed into the page from before."]
    assert draft.fields["act"] != page.fields["act"]
    late = await teacher.press(draft, {"words": "And more of it."}, press="autosave")
    assert late.status == 200


async def test_who_lost_the_child_while_typing_gets_their_words_back(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    async with door.database.transaction() as session:
        case = await find_case(session, CHILD)
        assert case
        await session.execute(
            delete(CaseRole).where(CaseRole.case_id == case.id, CaseRole.role == "designated_teacher")
        )
    for press in (None, "later", "check"):
        lost = await teacher.press(page, {"words": "Half an hour of <b>work</b>."}, press=press)
        assert (lost.status, "Half an hour of <b>work</b>." in lost.text) == (404, True)
    assert await door.written("attainment") is None


async def test_who_may_not_do_it_any_more_gets_their_words_back(
    door: Door, browser_of: Opening, officer: Browser
) -> None:
    pause = f"/cases/{CHILD}/acts/pause"
    mine, other = await officer.open(pause), await officer.open(pause)
    await officer.press(other, {"reason": "Quick."})
    late = await officer.press(mine, {"reason": "The child is in hospital until March."})
    assert (late.status, "The child is in hospital until March." in late.text) == (403, True)


async def test_who_signed_out_in_another_tab_sends_the_same_form_after_signing_in(
    door: Door, browser_of: Opening
) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    await teacher.client.post("/sign-out", headers=NAVIGATION)
    quiet = await teacher.press(page, {"words": "Typed in the first tab."}, press="autosave")
    assert quiet.status == 403, "a draft that nobody keeps is not called kept"
    out = await teacher.press(page, {"words": "Typed in the first tab."})
    assert out.status == 403
    assert out.path == ATTAINMENT
    assert out.fields["words"] == ["Typed in the first tab."]
    await sign_in_as(door.database, door.clock, teacher.client, TEACHER)
    assert "The section is sent." in (await teacher.press(out)).text
    assert await door.written("attainment") == {"words": "Typed in the first tab."}


async def test_a_form_of_last_term_is_not_sent_into_this_term_s_plan(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    form = page.fields["form"][0]
    both = await teacher.press(page, {"words": "Of the summer.", "form": "an-older-review/submit/attainment"})
    assert (both.status, both.fields["words"], both.fields["form"]) == (409, ["Of the summer."], [form])
    assert await door.written("attainment") is None


async def test_a_section_of_twenty_thousand_characters_in_any_script_is_taken(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    words = "\N{HORSE FACE}" * 20_000
    sent = await teacher.send(ATTAINMENT, {"words": words})
    assert "The section is sent." in sent.text
    assert await door.written("attainment") == {"words": words}
    too_large = await teacher.send(ATTAINMENT, {"words": "x" * 600_000})
    assert (too_large.status, "larger than 512 KB" in too_large.text) == (413, True)


async def test_a_form_that_is_none_of_ours_breaks_nothing(door: Door, browser_of: Opening) -> None:
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    many = await teacher.press(page, {f"words-{number}": "x" for number in range(1100)})
    assert (many.status, "more answers than any form" in many.text) == (413, True)
    odd = await teacher.press(
        page, {"wo\0rds-\0": "x", "lines-999-what": "y", "read": "-1", "act": "\0"}, press="later"
    )
    assert "Your draft is kept." in odd.text


async def test_only_forms_that_there_are_are_held_for_who_signs_in_again(door: Door, browser_of: Opening) -> None:
    assert {name.replace("-", "_") for name in FORMS} <= FORM_KEYS
    teacher = await browser_of(TEACHER)
    page = await teacher.open(ATTAINMENT)
    review_id = page.fields["form"][0].partition("/")[0]
    door.clock.at += timedelta(hours=2)
    for more in ({"form": f"{review_id}/made-up"}, {"read": "9" * 30}, {"act": "x" * 101}):
        sent = await teacher.client.post(ATTAINMENT, data={**page.fields, "words": "x", **more}, headers=NAVIGATION)
        assert sent.status_code == 303
    async with door.database.transaction() as session:
        assert list((await session.execute(select(Draft))).scalars()) == []

"""The young person's own page, the carer's and the IRO's, and the screen that is handed over (PROCESS.md B9, A4)."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from contracts.people import Role
from store.tables import Person, StoredAct
from tests.support.reviews import target, targets
from tests.support.taken import Desk, with_a_meeting
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser
from tests.web.epep.people import BLUE, CARER, DT, IRO, OF_THE_CARER, OF_THE_CHILD, SW, YOUNG, browser_in, said_by_each
from tests.web.outline import assert_whole

MINE, SHARED, HANDED = "/cases/C007/mine", "/cases/C007/shared", "/cases/C007/hand-over"
FIRST, SECOND = "Tell a story with a beginning and an end", "Read one chapter aloud"


@pytest.fixture
async def desk(door: Door) -> Desk:
    """A meeting is arranged, the targets are written, and everybody has said something."""
    desk = await with_a_meeting(Desk(door.database, door.clock))
    await desk.does(DT, "submit", section="targets", content=targets(target(1, what=FIRST)))
    await said_by_each(desk)
    return desk


async def acts(door: Door, action: str) -> list[StoredAct]:
    async with door.database.transaction() as session:
        query = select(StoredAct).where(StoredAct.action == action).order_by(StoredAct.at, StoredAct.id)
        return list((await session.execute(query)).scalars())


@pytest.mark.usefixtures("desk")
async def test_B9_the_young_person_says_on_their_own_page_what_they_want_to_say(
    door: Door, browser_of: Opening
) -> None:
    young = await browser_in(YOUNG, door, browser_of, "C007")
    page = await young.open("/cases/C007")
    assert (page.path, page.status) == (MINE, 200)
    assert f"What I want to do: {FIRST}" in page.text
    assert "Wednesday 14 October 2026" in page.text
    sent = await young.press(page, {"words": "Can Ada come too?", "act": "mine-1"})
    assert sent.path == f"{MINE}?done=give_views"
    assert "Thank you What you said is part of the plan." in sent.text
    assert "“Can Ada come too?”" in sent.text
    (said,) = [act for act in await acts(door, "give_views") if act.id == "mine-1"]
    assert (said.by, said.body["words"]) == ("young_person", "Can Ada come too?")
    assert_whole(await young.client.get(MINE))


async def agrees(young: Browser, html: str) -> Any:
    """Presses the button below the targets, as that form has it."""
    form = html[html.index("/acts/agree") :]
    hidden = dict(re.findall(r'name="(form|read|act)" value="([^"]*)"', form)[:3])
    return await young.client.post(
        "/cases/C007/acts/agree", data=hidden, headers={"sec-fetch-site": "same-origin"}, follow_redirects=True
    )


async def test_A4_the_young_person_agrees_to_the_targets_on_the_screen_and_to_no_others(
    door: Door, desk: Desk, browser_of: Opening
) -> None:
    young = await browser_in(YOUNG, door, browser_of, "C007")
    before = await young.open(MINE)
    desk.on("2026-09-04", "10:05")
    await desk.does(DT, "submit", section="targets", content=targets(target(1, what=SECOND)))
    late = await agrees(young, before.html)
    assert late.status_code == 409
    assert SECOND in late.text, "what it says now is on the page"
    assert await acts(door, "agree") == []
    agreed = await agrees(young, (await young.open(MINE)).html)
    assert (agreed.url.path, agreed.status_code) == (MINE, 200)
    assert "You agree with your targets." in agreed.text
    assert [act.by for act in await acts(door, "agree")] == ["young_person"]
    desk.on("2026-09-04", "10:10")
    await desk.does(DT, "submit", section="targets", content=targets())
    assert "I agree with my targets" in (await young.open(MINE)).text


@pytest.mark.parametrize(
    ("role", "own", "others"), [(CARER, OF_THE_CARER, OF_THE_CHILD), (YOUNG, OF_THE_CHILD, OF_THE_CARER)]
)
async def test_the_family_reads_its_own_words_and_the_targets_and_nothing_else(
    door: Door, desk: Desk, browser_of: Opening, role: Role, own: str, others: str
) -> None:
    somebody = await browser_in(role, door, browser_of, "C007")
    home = await somebody.open("/cases/C007")
    plan = await somebody.open("/cases/C007/plan")
    for page in (home, plan):
        assert page.status == 200
        assert own in page.text
        assert FIRST in page.text
    everything = [home, plan]
    everything += [await somebody.open(f"/cases/C007/{path}") for path in ("history", "acts/agree", "acts/give-views")]
    for page in everything:
        assert BLUE not in page.html, page.path
        assert others not in page.html, page.path
    await desk.does(DT, "delegate", to="pastoral@school.example")
    await desk.does(Role.PASTORAL, "submit", section="targets", content=targets(target(1, what=SECOND)))
    for path in ("", "/plan", "/history", "/acts/agree", "/acts/raise-concern", "/acts/give-views"):
        assert SECOND not in (await somebody.open(f"/cases/C007{path}")).html, path
    await desk.does(DT, "check_targets")
    assert SECOND in (await somebody.open("/cases/C007")).text


@pytest.mark.usefixtures("desk")
async def test_the_carer_finds_what_they_can_do_and_the_IRO_only_reads(door: Door, browser_of: Opening) -> None:
    carer, iro = [await browser_in(role, door, browser_of, "C007") for role in (CARER, IRO)]
    page = await carer.open("/cases/C007")
    assert page.path == SHARED
    assert {"agree", "give-views", "raise-concern"} == set(re.findall(r"/acts/([a-z-]+)", page.html))
    read = await iro.open("/cases/C007")
    assert (read.path, re.findall(r"/acts/", read.html)) == (SHARED, [])
    assert FIRST in read.text
    for words in (BLUE, OF_THE_CARER, OF_THE_CHILD):
        assert words not in read.html
    assert_whole(await carer.client.get(SHARED))


async def test_B4_the_carer_who_was_invited_is_asked_for_an_answer(door: Door, desk: Desk, browser_of: Opening) -> None:
    carer = await browser_in(CARER, door, browser_of, "C007")
    await desk.does(SW, "invite", kind="carer", name="Ada Quill")
    assert "/acts/answer-invitation" in (await carer.open(SHARED)).html
    await desk.does(CARER, "answer_invitation", answer="Gladly.")
    assert "Your answer to the invitation: Gladly." in (await carer.open(SHARED)).text


@pytest.mark.usefixtures("desk")
async def test_B9_a_handed_over_screen_shows_the_young_person_s_plan_alone_and_keeps_their_words(
    door: Door, browser_of: Opening
) -> None:
    worker = await browser_in(SW, door, browser_of, "C007")
    page = await worker.open(HANDED)
    assert FIRST in page.text
    for words in (BLUE, OF_THE_CARER, "What is missing", "My work"):
        assert words not in page.html
    inside = {link for link in re.findall(r'href="([^"#]+)"', page.html) if link.startswith("/cases")}
    assert inside == {"/cases/C007"}, "the way back, and no other"
    sent = await worker.press(page, {"words": "I want a dog."})
    assert sent.path == f"{HANDED}?done=record_voice"
    assert "What you said is saved." in sent.text
    (heard,) = await acts(door, "record_voice")
    assert (heard.by, heard.body["words"]) == ("social_worker", "I want a dog.")
    assert "I want a dog." in (await worker.open("/cases/C007/plan")).text


@pytest.mark.usefixtures("desk")
async def test_nobody_reads_another_s_own_page(door: Door, browser_of: Opening) -> None:
    everybody = (SW, CARER, IRO, Role.FINANCE, Role.OPERATOR)
    for role, browser in [(role, await browser_in(role, door, browser_of, "C007")) for role in everybody]:
        for path, for_them in ((MINE, False), (HANDED, role is SW), (SHARED, role in (CARER, IRO))):
            page = await browser.open(path)
            assert page.status == (200 if for_them else 403), (role, path)
            if role in (Role.FINANCE, Role.OPERATOR):
                assert "Tia" not in page.html
                assert FIRST not in page.html


async def test_before_the_first_plan_and_after_the_last_the_young_person_is_told_so(
    door: Door, browser_of: Opening
) -> None:
    young = await browser_in(YOUNG, door, browser_of, "C007")
    early = await young.open(MINE)
    assert early.status == 200
    assert "Your plan is not here yet." in early.text
    assert "words" not in early.fields
    desk = await with_a_meeting(Desk(door.database, door.clock))
    young = await browser_of("young_person@council.example")
    assert "words" in (await young.open(MINE)).fields
    await desk.does(SW, "leave_care", on="2026-09-04", reason="Adopted.")
    assert "words" not in (await young.open(MINE)).fields


async def test_B14_the_page_of_the_targets_shows_them_no_draft_and_no_author_either(
    door: Door, browser_of: Opening
) -> None:
    desk = await with_a_meeting(Desk(door.database, door.clock))
    await desk.does(DT, "delegate", to="pastoral@school.example")
    pastoral = await browser_of("pastoral@school.example")
    await _is_called(door, "pastoral@school.example", "Pat Drafter")
    by = await person_id_of(door, "pastoral@school.example")
    drafted = {"action": "submit", "by": "pastoral", "section": "targets", "content": targets(target(1, what=SECOND))}
    assert (await desk.casework.take("C007", drafted, person_id=by)).accepted
    section = "/cases/C007/sections/targets"
    assert SECOND in (await pastoral.open(section)).text
    readers = {role: await browser_in(role, door, browser_of, "C007") for role in (YOUNG, CARER, IRO)}
    for role, reader in readers.items():
        page = await reader.open(section)
        assert (SECOND in page.text, "Pat Drafter" in page.text) == (False, False), role
    await desk.does(DT, "check_targets")
    for role, reader in readers.items():
        page = await reader.open(section)
        assert (SECOND in page.text, "Pat Drafter" in page.text) == (True, False), role
    assert "Pat Drafter" in (await (await browser_in(SW, door, browser_of, "C007")).open(section)).text


async def person_id_of(door: Door, email: str) -> int:
    async with door.database.transaction() as session:
        return (await session.execute(select(Person.id).where(Person.email == email))).scalar_one()


async def _is_called(door: Door, email: str, name: str) -> None:
    async with door.database.transaction() as session:
        await session.execute(update(Person).where(Person.email == email).values(name=name))

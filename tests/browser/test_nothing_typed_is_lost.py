"""Nothing typed is lost: not with the page, the session, a second writer, the database, or without scripts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser
from sqlalchemy import func, select, text

from contracts.people import Role
from local.postgres import EmbeddedPostgres
from store.database import Database
from store.tables import Case, StoredAct
from tests.browser import cast
from tests.browser.axe import assert_accessible
from tests.browser.cast import COMPLETING, MEETING_DUE, PASTORAL, PREPARING, SOCIAL_WORKER, TEACHER
from tests.browser.stage import Stage, stage_on

WORDS = "Invented: reads with more confidence since September."
OTHER_WORDS = "Invented: a colleague's view of the same."


@pytest.fixture(scope="module")
async def house(postgres: EmbeddedPostgres, browser: Browser) -> AsyncIterator[Stage]:
    """A child at every stage."""
    async with stage_on(postgres, browser, cast.programme()) as stage:
        await cast.plays_until_today(stage)
        yield stage


async def test_what_was_typed_survives_the_page(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{PREPARING}/sections/attainment")
    await person.types({"words": WORDS})
    await person.sees("Draft kept at", "Only you can see it until you send it.")
    await person.page.close()
    person.page = await person.context.new_page()
    await person.goes(f"/cases/{PREPARING}")
    await person.sees("Draft kept")
    await person.goes(f"/cases/{PREPARING}/sections/attainment")
    await person.sees("This is your draft.")
    assert await person.has_typed("words") == WORDS


async def test_a_draft_is_shown_to_nobody_else(stage: Stage) -> None:
    writer = await stage.signed_in(TEACHER)
    await writer.goes(f"/cases/{PREPARING}/sections/attainment")
    await writer.types({"words": WORDS})
    await writer.presses("Keep as a draft")
    await writer.sees("Your draft is kept. Only you can see it until you send it.")
    reader = await stage.signed_in(SOCIAL_WORKER)
    await reader.goes(f"/cases/{PREPARING}/sections/attainment")
    await reader.sees("Nothing is written here yet.")
    await reader.does_not_see(WORDS, "This is your draft.")


async def test_two_people_in_one_section_get_both_versions(stage: Stage) -> None:
    await stage.does(MEETING_DUE, "delegate", Role.DESIGNATED_TEACHER, section="attainment", to=PASTORAL)
    teacher, colleague = await stage.signed_in(TEACHER), await stage.signed_in(PASTORAL)
    for person, words in ((teacher, WORDS), (colleague, OTHER_WORDS)):
        await person.goes(f"/cases/{MEETING_DUE}/sections/attainment")
        await person.types({"words": words})
    await colleague.presses("Send this section")
    await colleague.sees("The section is sent.")
    await teacher.presses("Send this section")
    await teacher.sees("Somebody has changed this since you opened it.", "On record", OTHER_WORDS, "Yours, not sent")
    assert await teacher.has_typed("words") == WORDS
    await assert_accessible(stage, teacher)
    await teacher.presses("Send this section")
    await teacher.sees("The section is sent.")


async def test_a_session_that_runs_out_leads_back_to_the_half_filled_form(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    person.may_miss = ("/news",)
    await person.goes(f"/cases/{COMPLETING}/sections/voice")
    await person.types({"words": WORDS})
    stage.waits(minutes=61)
    await person.presses("Send this section")
    await person.sees("Sign in")
    await person.passes_the_door()
    await person.sees("This is your draft.")
    assert await person.has_typed("words") == WORDS
    await person.presses("Send this section")
    await person.sees("The section is sent.")


async def test_a_session_that_runs_out_while_somebody_types_is_said(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    person.may_miss = ("/news",)
    await person.goes(f"/cases/{PREPARING}/sections/attainment")
    stage.waits(minutes=61)
    await person.types({"words": OTHER_WORDS})
    await person.sees("You have been signed out. Your draft is kept: sign in again to go on.")
    await person.signs_in(f"/cases/{PREPARING}/sections/attainment")
    assert await person.has_typed("words") == OTHER_WORDS


@pytest.mark.parametrize(("scripts", "section"), [(True, "about_child"), (False, "care_and_views")])
async def test_a_double_click_is_one_act(stage: Stage, scripts: bool, section: str) -> None:
    person = await stage.signed_in(SOCIAL_WORKER, java_script_enabled=scripts)
    await person.goes(f"/cases/{COMPLETING}/sections/{section}")
    await person.types({"words": WORDS})
    await person.page.get_by_role("button", name="Send this section").dblclick()
    await person.sees("The section is sent.")
    assert await _acts(stage, COMPLETING, section) == 1


async def _acts(stage: Stage, child: str, section: str) -> int:
    """How often a section was submitted."""
    query = select(func.count()).select_from(StoredAct).join(Case, Case.id == StoredAct.case_id)
    query = query.where(Case.ref == child, StoredAct.body["section"].astext == section)
    async with stage.house.database.transaction() as session:
        return (await session.execute(query)).scalar_one()


async def test_everything_works_without_scripts(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER, java_script_enabled=False)
    await person.goes(f"/cases/{COMPLETING}/sections/grant")
    await person.types({"lines-0-what": "One-to-one tuition", "lines-0-pence": "12.3.4"})
    await person.presses("Keep as a draft")
    await person.sees("Your draft is kept. Only you can see it until you send it.")
    await person.goes(f"/cases/{COMPLETING}/sections/grant")
    await person.presses("Add another line")
    assert await person.has_typed("lines-0-what") == "One-to-one tuition"
    await person.chooses("lines-1-target", "2")
    await person.types({"lines-1-what": "Maths workbooks", "lines-1-pence": "100"})
    await person.presses("Check it first")
    await person.sees("Before you send: 2 things to add", "must be a sum in pounds", "Choose an answer for")
    await person.chooses("lines-0-target", "1")
    await person.types({"lines-0-pence": "350"})
    await person.presses("Check it first")
    await person.sees("Nothing is missing.")
    await person.presses("Send this section")
    await person.sees("The section is sent.", "£450")


async def test_the_database_goes_away_and_comes_back(stage: Stage, postgres: EmbeddedPostgres) -> None:
    """Last in this file: the house has to find its way back as well."""
    person = await stage.signed_in(SOCIAL_WORKER)
    person.may_miss = ("/news",)
    await person.goes(f"/cases/{COMPLETING}/sections/voice")
    await person.types({"words": WORDS})
    async with _away(stage, postgres):
        await person.presses("Send this section")
        await person.sees("Not sent yet", "Nothing that you typed is lost: it is on this page.")
        await assert_accessible(stage, person)
    await person.presses("Send it again")
    await person.sees("The section is sent.")
    assert await _acts(stage, COMPLETING, "voice") == 2  # one a party


@asynccontextmanager
async def _away(stage: Stage, postgres: EmbeddedPostgres) -> AsyncIterator[None]:
    """The database takes no connection meanwhile, and has broken off those that there were."""
    name = stage.house.database.engine.url.database or ""
    assert re.fullmatch(r"\w+", name)
    server = Database(postgres.url("postgres"))
    end_all = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    try:
        async with server.alone() as session:
            await session.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            await session.execute(end_all, {"name": name})
        yield
        async with server.alone() as session:
            await session.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        await stage.house.database.engine.dispose()  # a rehearsal's own never goes away: it does not look
    finally:
        await server.close()

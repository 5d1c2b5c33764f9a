"""Nobody is shut out: axe finds nothing on any page in any state, and no page is left out of that (WCAG 2.2 AA)."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.review import Section
from tests.browser import cast
from tests.browser.axe import assert_accessible
from tests.browser.cast import CARER, FINANCE, MANAGER, OFFICER, OPERATOR, PASTORAL, SOCIAL_WORKER, TEACHER
from tests.browser.stage import Stage
from web.app import undressed_app
from web.epep.act_forms import FORMS

NOT_PAGES = ("/api/", "/live", "/ready", "/static")
"""What no browser shows as a page of ours."""
FILES = (".pdf", ".csv", ".xlsx", ".ics", ".svg")
ANONYMOUS = ("/", "/about", "/accessibility", "/api", "/cookies", "/sign-in", "/nothing-here")
BEFORE_THE_DOOR = {"/sign-in/provider", "/sign-in/provider/back"}
"""Only where an authority has an identity provider of its own; they have no page of ours but the one way back."""


@pytest.fixture(scope="module")
async def doors(house: Stage) -> dict[str, tuple[str, str]]:
    """For each form of an act somebody who is led to it by a page, and its address."""
    found: dict[str, tuple[str, str]] = {}
    for who in (TEACHER, SOCIAL_WORKER, OFFICER, MANAGER, CARER, cast.YOUNG_PERSON, PASTORAL):
        person = await house.signed_in(who)
        for child in cast.CHILDREN:
            for page in ("", "/meeting", "/review"):
                await person.goes(f"/cases/{child}{page}")
                for href in await person.measures(_LINKS):
                    if "/acts/" in href:
                        found.setdefault(href.split("?")[0].rsplit("/", 1)[1], (who, href))
        await person.context.close()
    return found


_LINKS = "[...document.querySelectorAll('main a[href]')].map((link) => link.getAttribute('href'))"


@pytest.mark.parametrize("path", ANONYMOUS)
async def test_before_the_door(stage: Stage, path: str) -> None:
    stranger = await stage.person("nobody@council.example")
    await stranger.goes(path)
    await assert_accessible(stage, stranger)


async def test_every_step_of_signing_in(stage: Stage) -> None:
    person = await stage.person(MANAGER)
    await person.goes("/sign-in")
    await person.presses("Send me a code")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    await person.fills({"Your e-mail address": MANAGER})
    await person.presses("Send me a code")
    await assert_accessible(stage, person)
    await person.fills({"Code": "12"})
    await person.presses("Continue")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    await person.goes("/sign-in")
    await person.gives_address_and_code()
    await person.sees("Set up your authenticator app")
    await assert_accessible(stage, person)
    await person.fills({"Code": "12"})
    await person.presses("Keep it and sign in")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)


async def test_the_authenticator(stage: Stage) -> None:
    person = await stage.person(OPERATOR)
    await person.signs_in("/cases")
    await person.presses("Sign out")
    await assert_accessible(stage, person)
    stage.waits(1)
    await person.goes("/sign-in")
    await person.gives_address_and_code()
    await person.sees("Type the code from your authenticator app")
    await assert_accessible(stage, person)
    await person.presses("Sign in")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("who", [TEACHER, SOCIAL_WORKER, OFFICER, MANAGER, FINANCE, OPERATOR, CARER, PASTORAL])
async def test_where_everybody_begins(stage: Stage, who: str) -> None:
    person = await stage.signed_in(who)
    await person.goes("/work")
    await assert_accessible(stage, person)
    await person.goes("/cases")
    await assert_accessible(stage, person)
    await person.page.fill("#find", "nobody-is-called-so")
    await person.presses("Find")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("child", cast.CHILDREN)
@pytest.mark.parametrize("who", [TEACHER, OFFICER])
async def test_a_child_at_every_stage(stage: Stage, who: str, child: str) -> None:
    person = await stage.signed_in(who)
    await person.goes(f"/cases/{child}")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("who", [CARER, cast.YOUNG_PERSON, cast.REVIEWING_OFFICER, FINANCE, OPERATOR])
async def test_a_child_for_who_sees_less(stage: Stage, who: str) -> None:
    person = await stage.signed_in(who)
    await person.goes(f"/cases/{cast.IN_FORCE}")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("section", Section)
async def test_a_section_to_write_and_to_read(stage: Stage, section: Section) -> None:
    for who in (TEACHER, SOCIAL_WORKER):
        person = await stage.signed_in(who)
        await person.goes(f"/cases/{cast.COMPLETING}/sections/{section.value}")
        await assert_accessible(stage, person)


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_the_form_of_an_act(stage: Stage, doors: dict[str, tuple[str, str]], name: str) -> None:
    assert name in doors, "no page leads to this form"
    who, path = doors[name]
    person = await stage.signed_in(who)
    answer = await person.goes(path)
    assert answer
    assert answer.status == 200
    await assert_accessible(stage, person)
    if await person.page.locator("main form :is(textarea, select, input:not([type=hidden]))").count():
        await person.page.locator("main form .govuk-button:not(.govuk-button--secondary)").first.click()
        await person.page.wait_for_load_state()
        await assert_accessible(stage, person)


async def test_a_form_that_is_refused_by_the_page_and_by_the_rules(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{cast.PREPARING}/sections/targets")
    await person.gives_day("targets-0-by", "2026-13-45")
    await person.presses("Send this section")
    await person.sees("There is a problem", "must be a real date")
    await assert_accessible(stage, person)
    await person.gives_day("targets-0-by", "2026-12-01")
    await person.presses("Send this section")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)


async def test_what_is_not_yours(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{cast.IN_FORCE}/acts/proxy-sign")
    await person.sees("This is not yours to do")
    await assert_accessible(stage, person)
    await person.goes("/cases/X99")
    await person.sees("There is nothing at this address")
    await assert_accessible(stage, person)


async def test_no_page_is_left_out(house: Stage) -> None:
    """Last in this file, so that everything before has looked at its pages."""
    assert set(_pages()) - house.looked_at == set()


def _pages() -> Iterator[str]:
    """The routes of all pages that the app has."""
    for path in _routes(undressed_app()):
        if not path.startswith(NOT_PAGES) and not path.endswith(FILES) and path not in BEFORE_THE_DOOR:
            yield path


def _routes(routed: Any) -> Iterator[str]:
    for route in routed.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path

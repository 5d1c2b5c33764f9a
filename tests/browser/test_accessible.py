"""Nobody is shut out: axe finds nothing on any page in any state (WCAG 2.2 AA).

The console's pages are in test_accessible_console.py; that no page is left out, in test_accessible_whole.py.
"""

from http import HTTPStatus

import pytest
from playwright.async_api import FilePayload

from contracts.review import Section
from tests.browser import cast
from tests.browser.axe import assert_accessible
from tests.browser.cast import (
    CARER,
    COMPLETING,
    FINANCE,
    IN_FORCE,
    MANAGER,
    MEETING_DUE,
    OFFICER,
    OPERATOR,
    PASTORAL,
    PREPARING,
    RETURNED,
    REVIEWING_OFFICER,
    SIGNING,
    SOCIAL_WORKER,
    TEACHER,
    WAITING,
    WITH_THE_OFFICER,
    YOUNG_PERSON,
)
from tests.browser.person import Person
from tests.browser.stage import Stage
from web.epep.act_forms import FORMS

ANONYMOUS = ("/", "/about", "/accessibility", "/api", "/cookies", "/sign-in", "/nothing-here")


@pytest.fixture(scope="module")
async def doors(house: Stage) -> dict[str, list[tuple[str, str]]]:
    """For each form of an act those who are led to it by a page, and its address."""
    found: dict[str, list[tuple[str, str]]] = {}
    for who, pages in _WHERE_DOORS_ARE.items():
        person = await house.signed_in(who)
        for page in pages:
            await person.goes(page)
            for href in await person.measures(_LINKS):
                path = href.split("?")[0]
                if "/acts/" in path:
                    found.setdefault(path.rsplit("/", 1)[1], []).append((who, path))
        await person.context.close()
    return found


_EVERY_CHILD = tuple(f"/cases/{child}" for child in cast.CHILDREN)
_WHERE_DOORS_ARE = {
    TEACHER: (*_EVERY_CHILD, f"/cases/{MEETING_DUE}/meeting"),
    SOCIAL_WORKER: _EVERY_CHILD,
    OFFICER: (*_EVERY_CHILD, f"/cases/{WITH_THE_OFFICER}/review", "/funding"),
    MANAGER: (f"/cases/{SIGNING}",),
    CARER: (f"/cases/{IN_FORCE}/shared",),
    YOUNG_PERSON: (f"/cases/{IN_FORCE}/mine",),
}
_LINKS = """[...document.querySelectorAll("main a[href], main form[action]")]
  .map((one) => one.getAttribute("href") ?? one.getAttribute("action"))"""
OTHER_PAGES = (
    (TEACHER, "/calendar"),
    (TEACHER, f"/cases/{IN_FORCE}/plan"),
    (OFFICER, f"/cases/{IN_FORCE}/plan"),
    (CARER, f"/cases/{IN_FORCE}/plan"),
    (TEACHER, f"/cases/{IN_FORCE}/history"),
    (OPERATOR, f"/cases/{IN_FORCE}/history"),
    (OFFICER, f"/cases/{IN_FORCE}/timeline"),
    (TEACHER, f"/cases/{RETURNED}/timeline"),
    (SOCIAL_WORKER, f"/cases/{WAITING}/timeline"),
    (FINANCE, f"/cases/{IN_FORCE}/timeline"),
    (OPERATOR, f"/cases/{COMPLETING}/timeline"),
    (CARER, f"/cases/{IN_FORCE}/timeline"),
    (TEACHER, f"/cases/{COMPLETING}/attachments"),
    (YOUNG_PERSON, f"/cases/{IN_FORCE}/mine"),
    (TEACHER, f"/cases/{IN_FORCE}/mine"),
    (SOCIAL_WORKER, f"/cases/{COMPLETING}/hand-over"),
    (CARER, f"/cases/{IN_FORCE}/shared"),
    (REVIEWING_OFFICER, f"/cases/{IN_FORCE}/shared"),
    (SOCIAL_WORKER, f"/cases/{PREPARING}/meeting"),
    (SOCIAL_WORKER, f"/cases/{MEETING_DUE}/meeting"),
    (TEACHER, f"/cases/{COMPLETING}/meeting"),
    (OFFICER, f"/cases/{WITH_THE_OFFICER}/review"),
    (OFFICER, f"/cases/{COMPLETING}/review"),
    (TEACHER, f"/cases/{WITH_THE_OFFICER}/review"),
    (OFFICER, "/funding"),
    (TEACHER, "/funding"),
    (OFFICER, "/reports"),
    (OFFICER, "/reports?day=2099-01-01"),
    (MANAGER, "/reports?by=key_stage"),
    (OFFICER, "/today"),
    (FINANCE, "/today"),
    (MANAGER, "/today"),
    (OFFICER, "/cases?due=soon&sort=-school"),
    (FINANCE, "/payments"),
    (FINANCE, f"/payments/grant-{IN_FORCE}-2026-27-autumn"),
    (FINANCE, "/payments/runs/new?until-day=31&until-month=2&until-year=2026"),
)
"""Who looks at which page that is not reached otherwise here."""


@pytest.mark.parametrize(("who", "path"), OTHER_PAGES)
async def test_a_page_to_read(stage: Stage, who: str, path: str) -> None:
    person = await stage.signed_in(who)
    await person.goes(path)
    await assert_accessible(stage, person)


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


async def test_a_list_of_its_own_and_forms_that_come_back(stage: Stage) -> None:
    person = await stage.signed_in(OFFICER)
    await person.goes("/cases?stage=completing")
    await person.page.get_by_text("Save this view").click()
    await person.presses("Save the view")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    await person.fills({"Name of the view": "Being completed"})
    await person.presses("Save the view")
    await person.sees("The view is saved")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("child", cast.CHILDREN)
@pytest.mark.parametrize("who", [TEACHER, OFFICER])
async def test_a_child_at_every_stage(stage: Stage, who: str, child: str) -> None:
    person = await stage.signed_in(who)
    await person.goes(f"/cases/{child}")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("who", [CARER, YOUNG_PERSON, REVIEWING_OFFICER, FINANCE, OPERATOR])
async def test_a_child_for_who_sees_less(stage: Stage, who: str) -> None:
    person = await stage.signed_in(who)
    await person.goes(f"/cases/{IN_FORCE}")
    await assert_accessible(stage, person)


@pytest.mark.parametrize("section", Section)
async def test_a_section_to_write_and_to_read(stage: Stage, section: Section) -> None:
    for who in (TEACHER, SOCIAL_WORKER):
        person = await stage.signed_in(who)
        await person.goes(f"/cases/{COMPLETING}/sections/{section.value}")
        await assert_accessible(stage, person)


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_the_form_of_an_act(stage: Stage, doors: dict[str, list[tuple[str, str]]], name: str) -> None:
    """As it opens, and as it comes back when nothing was filled in."""
    assert name in doors, "no page leads to this form"
    person = await _who_can_open(stage, doors[name])
    await assert_accessible(stage, person)
    if await person.page.locator("main form :is(textarea, select, input:not([type=hidden]))").count():
        await person.page.locator("main form .govuk-button:not(.govuk-button--secondary)").first.click()
        await person.page.wait_for_load_state()
        await assert_accessible(stage, person)


async def _who_can_open(stage: Stage, doors: list[tuple[str, str]]) -> Person:
    """Somebody before the form. On some cases there is nothing to do: the page then says so."""
    for who, path in doors:
        person = await stage.signed_in(who)
        answer = await person.goes(path)
        if answer and answer.status == HTTPStatus.OK:
            return person
    raise AssertionError("every page that leads to this form leads nowhere")


async def test_a_form_that_is_refused_by_the_page_and_by_the_rules(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{PREPARING}/sections/targets")
    await person.gives_day("targets-0-by", "2026-13-45")
    await person.presses("Send this section")
    await person.sees("There is a problem", "must be a real date")
    await assert_accessible(stage, person)
    await person.gives_day("targets-0-by", "2026-12-01")
    await person.presses("Send this section")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)


async def test_a_payment_run_and_a_statement(stage: Stage) -> None:
    person = await stage.signed_in(FINANCE)
    await person.goes("/payments/runs/new")
    await assert_accessible(stage, person)
    await person.presses("Make the run")
    await person.sees("somebody else of finance approves it")
    await assert_accessible(stage, person)
    await person.presses("Cancel this run")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    await person.goes("/payments/runs")
    await assert_accessible(stage, person)
    await person.goes("/payments/statements")
    await person.presses("Compare")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)
    lines = f"payment_key,amount,paid_on\ngrant-{IN_FORCE}-2026-27-autumn,500.00,2026-10-16\nBACS-1,1.00,2026-10-16\n"
    file = FilePayload(name="october.csv", mimeType="text/csv", buffer=lines.encode())
    await person.page.set_input_files("#file", file)
    await person.presses("Compare")
    await person.sees("Not in our ledger")
    await assert_accessible(stage, person)
    await person.presses("Withdraw this statement")
    await person.sees("There is a problem")
    await assert_accessible(stage, person)


async def test_what_is_not_yours(stage: Stage) -> None:
    person = await stage.signed_in(TEACHER)
    await person.goes(f"/cases/{IN_FORCE}/acts/proxy-sign")
    await person.sees("The designated teacher cannot do this; it is for the Virtual School or the team manager.")
    await assert_accessible(stage, person)
    await person.goes("/cases/X99")
    await person.sees("There is nothing at this address")
    await assert_accessible(stage, person)

"""What web/static/live.js does in a real browser: it brings a page up to date and never touches what is typed."""

import pytest
from playwright.async_api import Page, expect

from casework.take import Casework
from tests.browser.chromium import PATIENCE
from tests.web.door import A_SCHOOL_DAY, CHILD, SOCIAL_WORKER, Door
from tests.web.live.conftest import PageOf


@pytest.fixture
async def page(page_of: PageOf) -> Page:
    """The social worker's browser."""
    return await page_of(SOCIAL_WORKER)


async def arrange(live: Door) -> None:
    act = {"action": "arrange_meeting", "by": "social_worker", "on": A_SCHOOL_DAY}
    assert (await Casework(live.database, live.clock).take(CHILD, act)).accepted


async def open_listening(page: Page, path: str) -> None:
    """Open a page, until it has asked for the news."""
    async with page.expect_request("**/news", timeout=PATIENCE):
        await page.goto(path)


async def test_the_page_shows_what_somebody_else_did_without_being_loaded_again(live: Door, page: Page) -> None:
    await open_listening(page, f"/cases/{CHILD}")
    await page.evaluate("window.stillTheSame = true")
    await expect(page.get_by_text("14 October 2026")).to_have_count(0)
    link = page.get_by_role("link", name="The whole plan")
    await link.focus()
    await arrange(live)
    await expect(page.get_by_text("14 October 2026").first).to_be_visible()
    await expect(page.get_by_role("status")).to_have_text("This page was brought up to date.")
    assert await page.evaluate("window.stillTheSame")
    await expect(link).to_be_focused()


async def test_what_is_typed_is_never_touched_and_a_banner_says_that_the_plan_has_changed(
    live: Door, page: Page
) -> None:
    await open_listening(page, f"/cases/{CHILD}/sections/about_child")
    field = page.locator("main textarea").first
    await field.fill("Invented: likes the climbing club.")
    await arrange(live)
    banner = page.get_by_role("region", name="Important")
    await expect(banner).to_contain_text("This plan has changed since you opened it.")
    await expect(field).to_have_value("Invented: likes the climbing club.")
    await expect(field).to_be_focused()
    assert await banner.get_by_role("link").get_attribute("href") == f"/cases/{CHILD}"


async def test_a_page_that_comes_back_into_sight_is_brought_up_to_date(live: Door, page: Page) -> None:
    """The revision at the start of the stream says that something happened meanwhile."""
    await open_listening(page, f"/cases/{CHILD}")
    await page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    await arrange(live)
    await expect(page.get_by_text("14 October 2026")).to_have_count(0)
    await page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    await expect(page.get_by_text("14 October 2026").first).to_be_visible()

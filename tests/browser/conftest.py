"""A browser for all tests of this folder. Whatever test opened a page, nothing on it may have been complained of."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from local.postgres import EmbeddedPostgres
from tests.browser import chromium
from tests.browser.cast import programme
from tests.browser.stage import Stage, stage_on


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium. Without one the tests are skipped, and fail where CI is set."""
    path = chromium.found()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.HOW_TO_GET_IT)
    async with chromium.running(path) as browser:
        yield browser


@pytest.fixture(scope="module")
async def house(postgres: EmbeddedPostgres, browser: Browser) -> AsyncIterator[Stage]:
    """A stage for the tests of one file, on the first day of the autumn term 2026/27."""
    async with stage_on(postgres, browser, programme()) as stage:
        yield stage


@pytest.fixture
async def stage(house: Stage) -> AsyncIterator[Stage]:
    """The file's stage; at the end every window is closed, and none of them may have complained."""
    yield house
    assert await house.all_leave() == []

"""A browser for all tests of this folder. Whatever test opened a page, nothing on it may have been complained of."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from local.postgres import EmbeddedPostgres
from tests.browser import cast, chromium
from tests.browser.stage import Stage, stage_on


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all that were skipped."""
    if chromium.found() is None:
        terminalreporter.write_line(chromium.HOW_TO_GET_IT)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; without one the tests are skipped, and fail where CI is set."""
    async with chromium.running(chromium.needed()) as browser:
        yield browser


@pytest.fixture(scope="session")
async def every_stage(postgres: EmbeddedPostgres, browser: Browser) -> AsyncIterator[Stage]:
    """A child at every stage, on Friday 16 October 2026: for tests that look and do not move the time."""
    async with stage_on(postgres, browser, cast.programme()) as stage:
        await cast.plays_until_today(stage)
        yield stage


@pytest.fixture
async def stage(house: Stage) -> AsyncIterator[Stage]:
    """The file's `house`; at the end every window is closed, and none of them may have complained."""
    yield house
    assert await house.all_leave() == []


@pytest.fixture(scope="session")
async def house(every_stage: Stage) -> Stage:
    """The stage of a file that has none of its own."""
    return every_stage

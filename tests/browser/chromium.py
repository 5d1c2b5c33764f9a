"""Chromium for the browser tests: Debian's, found by PATH, never downloaded."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_IT = (
    "The browser tests need Chromium and there is none on PATH. On Debian: apt-get install --no-install-recommends "
    "chromium. They are skipped without it, and fail where CI is set."
)
PATIENCE = 20_000
"""Milliseconds that a test waits for what happens at once on a machine that does nothing else."""
expect.set_options(timeout=PATIENCE)
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The path of the browser, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def needed() -> str:
    """The path of the browser. Without one the test that asks is skipped, and fails where CI is set."""
    path = found()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW_TO_GET_IT)
    return path


@asynccontextmanager
async def running(path: str) -> AsyncIterator[Browser]:
    """A headless browser with a profile of its own, which is gone afterwards. It asks nobody for anything."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_QUIET, *as_root])
        try:
            yield browser
        finally:
            await browser.close()

"""A stage on which work gets stuck."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.database import Database
from tests.console.stage import Stage
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(database, tmp_path, MIDNIGHT_BEFORE_TERM) as stage:
        yield stage

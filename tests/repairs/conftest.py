"""The sample's children, somebody at the console, and things that are stuck."""

import pytest

from casework.imports import ImportReport
from store.database import Database
from tests.repairs.console import Console, console_on
from tests.support.clock import FixedClock


@pytest.fixture
async def console(database: Database, clock: FixedClock, roll: ImportReport) -> Console:
    """An operator, an engineer, two of finance and two of the Virtual School at their desks."""
    assert roll
    return await console_on(database, clock)

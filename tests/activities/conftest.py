"""An outbox with letters in it."""

from collections.abc import AsyncIterator

import pytest

from casework.imports import ImportReport
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.outbox import Outbox, with_two_invitations


@pytest.fixture
async def outbox(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Outbox]:
    async with with_two_invitations(database, clock) as outbox:
        yield outbox

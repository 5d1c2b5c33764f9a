"""Reviews with letters in their outbox, and people at the door."""

from collections.abc import AsyncIterator

import pytest

from casework.imports import ImportReport
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.outbox import Outbox, with_two_invitations
from tests.web.conftest import door as door
from tests.web.epep.conftest import browser_of as browser_of
from tests.web.epep.conftest import officer as officer


@pytest.fixture
async def outbox(database: Database, clock: FixedClock, roll: ImportReport) -> AsyncIterator[Outbox]:
    """Two invitations of one review wait to be sent."""
    async with with_two_invitations(database, clock) as outbox:
        yield outbox

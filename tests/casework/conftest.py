"""A desk that takes acts about a child of the sample roll."""

import pytest

from casework.import_report import ImportReport
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.taken import Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    return Desk(database, clock)

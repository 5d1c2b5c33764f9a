"""A desk that takes acts about a child of the sample roll, for reports to count."""

import pytest

from casework.imports import import_roll, import_terms
from store.database import Database
from tests.figures.asking import CHILDREN, of_calendars, of_children
from tests.support.clock import FixedClock
from tests.support.sample import ROLL, TERMS
from tests.support.taken import Desk


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """Three children of two teams and schools."""
    await import_terms(database, clock, of_calendars(TERMS), source_name="term_dates.csv")
    await import_roll(database, clock, of_children(ROLL), source_name="roll.csv")
    return Desk(database, clock, CHILDREN[0])

"""A desk that takes acts about a child of the sample roll."""

import pytest

from casework.imports import import_roll, import_terms
from store.database import Database
from tests.support.clock import FixedClock
from tests.support.sample import ROLL, TERMS
from tests.support.taken import Desk


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    """Two children of one school are on the roll: a test that needs no more is spared the other thirty."""
    await import_terms(database, clock, _lines_of(TERMS, b"staffordshire,", b"phsg,"), source_name="term_dates.csv")
    await import_roll(database, clock, _lines_of(ROLL, b"C007,", b"C021,"), source_name="roll.csv")
    return Desk(database, clock)


def _lines_of(content: bytes, *starts: bytes) -> bytes:
    head, *lines = content.splitlines(keepends=True)
    return head + b"".join(line for line in lines if line.startswith(starts))

"""One play for all tests of this folder: eight children, each a story of their own (tests/acts/README.md)."""

from datetime import UTC, datetime

import pytest

from local.postgres import EmbeddedPostgres
from tests.support.temporal_played import NAMES, Theatre, acts_of, played

CURTAIN = datetime(2027, 1, 7, 12, 0, tzinfo=UTC)
"""The autumn term is over for three weeks, and what it left unfinished has gone on."""


@pytest.fixture(scope="session")
async def theatre(postgres: EmbeddedPostgres) -> Theatre:
    return await played(postgres, acts_of(*NAMES), CURTAIN)

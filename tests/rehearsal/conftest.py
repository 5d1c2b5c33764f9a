"""One play a season for all edge cases of PROCESS.md: many children, each a story of their own."""

from datetime import UTC, datetime

import pytest

from contracts.calendar import TermName
from local.postgres import EmbeddedPostgres
from tests.support.edge_cases import EdgeCases, performed, programme_of


@pytest.fixture(scope="session")
async def autumn(postgres: EmbeddedPostgres) -> EdgeCases:
    """From the first day of the autumn term 2026/27 into the first week of the next one."""
    until = datetime(2027, 1, 7, 12, tzinfo=UTC)
    return await performed(postgres, programme_of("autumn", "2026/27", TermName.AUTUMN), until)


@pytest.fixture(scope="session")
async def spring(postgres: EmbeddedPostgres) -> EdgeCases:
    """The spring term 2026/27, over the end of the financial year and Easter."""
    until = datetime(2027, 4, 13, 12, tzinfo=UTC)
    return await performed(postgres, programme_of("spring", "2026/27", TermName.SPRING), until)


@pytest.fixture(scope="session")
async def summer(postgres: EmbeddedPostgres) -> EdgeCases:
    """The summer term 2025/26 and the holiday after it."""
    until = datetime(2026, 9, 8, 12, tzinfo=UTC)
    return await performed(postgres, programme_of("summer", "2025/26", TermName.SUMMER), until)

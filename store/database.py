"""The engine and the unit of work: one transaction, committed at the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from store.events import store_events

PAGES = "pep_pages"
"""The role of PostgreSQL whom row-level security binds (migration 0003)."""
_AS = text(f"SELECT set_config('role', '{PAGES}', true), set_config('pep.person', :person, true)")


class Database:
    """A pool of connections to the one writer. Decisions, payments and permissions never read from a replica.

    `survives_restarts` asks each connection whether it still lives before it is used: a server that came back is not
    met with dead ones. A rehearsal's own server does not go away.
    """

    def __init__(self, url: str, *, pool_size: int = 8, survives_restarts: bool = True) -> None:
        # The values of a row must not reach an exception's text, and from there a log.
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=8,
            hide_parameters=True,
            pool_pre_ping=survives_restarts,
            # The connection that was used last: it knows the statements and its tables best.
            pool_use_lifo=True,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._alone = async_sessionmaker(self.engine.execution_options(isolation_level="AUTOCOMMIT"))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: everything in it commits together, or nothing does."""
        async with self._sessions() as session, session.begin():
            yield session
            await store_events(session)

    @asynccontextmanager
    async def seen_by(self, person_id: int) -> AsyncIterator[AsyncSession]:
        """A unit of work that sees what one person may see: PostgreSQL's row-level security shows no other row.

        The second wall behind `store/caseload.py`. It can write what a person leaves on a page: drafts, attachments and
        the note that they read. Acts go through casework, which asks for itself.
        """
        async with self.transaction() as session:
            await session.execute(_AS, {"person": str(person_id)})
            yield session

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncSession]:
        """For statements that need no other: each is whole or not at all by itself, with no transaction around."""
        async with self._alone() as session:
            yield session

    async def close(self) -> None:
        await self.engine.dispose()

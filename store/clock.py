"""The production clock: the database's, so that every process stamps by the same one."""

from datetime import UTC, datetime

from sqlalchemy import text

from store.database import Database


class DatabaseClock:
    """`contracts.clock.Clock` answered by PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        async with self._database.transaction() as session:
            instant: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return instant.astimezone(UTC)

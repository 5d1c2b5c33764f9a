"""Where reviews of before migration 0007 are counted: where their children are now, as nothing earlier is known.

After the migration, and not in it: every review is written once, a thousand at a time, while people go on. What is
filled stays; a review that opens later has it from the start, from older code by a trigger. Broken off, it goes on with
the next `./pep migrate`.
"""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_AT_ONCE = 1000
_ANY = text("SELECT EXISTS (SELECT FROM reviews WHERE reported_team IS NULL)")
# A review that an act holds is left for later: neither of the two waits for the other.
_FILL = text(
    """
    WITH found AS (
        SELECT id FROM reviews WHERE id > :after AND reported_team IS NULL
        ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ), filled AS (
        UPDATE reviews SET reported_team = cases.team, reported_school_urn = schools.urn,
            reported_out_of_area = schools.calendar <> authority.calendar
        FROM found JOIN reviews AS opened USING (id) JOIN cases ON cases.id = opened.case_id
        LEFT JOIN schools ON schools.urn =
            coalesce(opened.school_urn, CASE WHEN cases.has_school_place THEN cases.school_urn END)
        LEFT JOIN authority ON true
        WHERE reviews.id = found.id RETURNING reviews.id
    )
    SELECT max(id) FROM filled
    """
)
_PAUSE = 0.2


async def fill_where_counted(engine: AsyncEngine) -> None:
    """Until every review has its team and school. Costs one look where nothing is left to fill."""
    while await _any_left(engine):
        after: str | None = ""
        while after is not None:
            async with engine.begin() as connection:
                after = (await connection.execute(_FILL, {"after": after, "most": _AT_ONCE})).scalar_one()
        await asyncio.sleep(_PAUSE)


async def _any_left(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return bool((await connection.execute(_ANY)).scalar_one())

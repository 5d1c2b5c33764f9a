"""What a page of the list shows, read in one go and as its reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.listing import bring_up_to_date
from contracts.clock import london_date
from contracts.people import Role
from store.caseload import NAMELESS, roles_on_cases
from store.database import Database
from store.listed import Reader, page_of, teams
from store.listing import count_to_list
from store.saved_views import View, sharing_roles, views_for
from web.cases.asked import Asked
from web.cases.eyes import Reading
from web.cases.shown import Row, row_of
from web.dependencies import Office

A_PAGE = 50
_FRESH = 200
"""So many lines are brought up to date before the list is read; the watch does the rest."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One page of the list, and what is known of the whole."""

    rows: Sequence[Row]
    total: int
    number: int
    """Of the page, from 1."""
    teams: Sequence[str]
    views: Sequence[View]
    roles: Sequence[Role]
    """With whom the reader can share a view."""
    late: int
    """Lines that are not up to date yet: many have changed at once."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // A_PAGE))


async def gather(office: Office, reading: Reading, asked: Asked, number: int) -> Gathered:
    """The page of that number, or the last where there are fewer."""
    now, reader, wanted = await office.clock.now(), reading.reader, reading.eyes.limited(asked.wanted())
    late = await freshen(office.database, reader, now)
    today = london_date(now)
    async with office.database.seen_by(reader.person_id) as session:
        found, total = await page_of(session, reader, wanted, today, number=number, most=A_PAGE)
        if not found and total:
            number = -(-total // A_PAGE)
            found, total = await page_of(session, reader, wanted, today, number=number, most=A_PAGE)
        roles = await sharing_roles(session, reader.person_id)
        named = {line.case_id for line in found}
        if not reader.sees_names:
            on_cases = await roles_on_cases(session, reader.person_id, list(named))
            named = {case_id for case_id, has in on_cases.items() if not has <= NAMELESS}
        return Gathered(
            rows=[row_of(line, reading.eyes, today, named=line.case_id in named) for line in found],
            total=total,
            number=number,
            teams=await teams(session, reader) if "team" in reading.eyes.filters else (),
            views=await views_for(session, reader.person_id, roles),
            roles=roles,
            late=late,
        )


async def freshen(database: Database, reader: Reader, now: datetime) -> int:
    """What a reader sees is up to date: of their own cases every line, else the first that wait. Gives how many lines
    are not."""
    done = await bring_up_to_date(database, now, _FRESH, of_person=None if reader.everywhere else reader.person_id)
    if done < _FRESH or not reader.everywhere:
        return 0
    async with database.alone() as session:
        return await count_to_list(session, now)

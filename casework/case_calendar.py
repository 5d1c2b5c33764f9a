"""The calendar by which a child's meetings and deadlines are counted."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.calendar import SchoolCalendar
from rules.two_schools import merged
from store.calendars import calendars_of_schools
from store.tables import Case


async def calendar_of_case(session: AsyncSession, case: Case) -> SchoolCalendar:
    """The calendar of the child's school; with a second school, of the days on which both are open (B2).

    Two statements for one school or two, and two more for each that takes the authority's terms.
    """
    urns = [case.school_urn, *([case.second_school_urn] if case.second_school_urn else [])]
    lead, *second = await calendars_of_schools(session, urns)
    return merged(lead, second[0]) if second else lead

"""Schools: from the roll, and from acts that move a child to one that the roll does not have."""

import secrets

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.calendar_tables import CalendarRow
from store.tables import Case, School

NO_SCHOOL = "No school place"
"""The name of the row that stands for no school: a case without a place refers to it for its term dates alone."""
_NO_SCHOOL_URN = "none-"


def no_school_urn(calendar: str) -> str:
    """The number of the row that stands for no school: one a calendar, and never a school's own."""
    return f"{_NO_SCHOOL_URN}{calendar}"


def stands_for_no_school(urn: str) -> bool:
    """Whether this number is no school's, so that nobody can be paid or met there."""
    return urn.startswith(_NO_SCHOOL_URN)


def stands_for_a_school() -> ColumnElement[bool]:
    """The same of a row: it is a school's."""
    return School.urn.not_like(f"{_NO_SCHOOL_URN}%")


def place_of(case: Case) -> str | None:
    """The school at which a child has a place; None without one, whatever school the case still refers to."""
    return case.school_urn if case.has_school_place else None


async def school_of(session: AsyncSession, case: Case) -> School | None:
    """The school at which a child has a place; None without one."""
    return await session.get(School, case.school_urn) if case.has_school_place else None


async def get_school(session: AsyncSession, urn: str) -> School:
    """A school by its number. NoResultFound without it."""
    return await session.get_one(School, urn)


async def school_like(session: AsyncSession, text: str) -> School | None:
    """The school of that unique reference number or that name, upper or lower case; None for one nobody knows."""
    text = text.strip()
    query = select(School).where((School.urn == text) | (func.lower(School.name) == text.lower()))
    query = query.where(stands_for_a_school())
    return (await session.execute(query.order_by(School.urn).limit(1))).scalar_one_or_none()


async def names_of_schools(session: AsyncSession) -> dict[str, str]:
    """Every school's name by its number."""
    rows = await session.execute(select(School.urn, School.name).where(stands_for_a_school()))
    return {row.urn: row.name for row in rows}


async def keep_school(session: AsyncSession, text: str, calendar: str) -> School:
    """The school of that number or name, made if nobody knows it.

    A calendar that nobody knows is kept without dates: the authority's count until somebody imports its own.
    """
    found = await school_like(session, text)
    if found is not None:
        return found
    unknown = insert(CalendarRow).values(code=calendar, name=calendar, version=1, verified=False)
    await session.execute(unknown.on_conflict_do_nothing())
    text = text.strip()
    urn = text if text.isascii() and text.isdigit() else f"new-{secrets.token_hex(4)}"
    school = School(urn=urn, name=text, calendar=calendar)
    session.add(school)
    await session.flush()
    return school

"""Details of a case that no act carries: a restricted address, and dual registration (PROCESS.md, Edge cases)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import retime
from casework.errors import UnknownCase
from casework.keeping import Happening
from casework.retiming import replan
from contracts.people import Role
from store.cases import find_case
from store.events import add_event
from store.schools import stands_for_no_school
from store.tables import Case, School


class UnfitSchoolError(ValueError):
    """A school that cannot be the child's second one. The sentence says why and what to do; it names no school."""


@dataclass(frozen=True, slots=True)
class Details:
    """How a case is to be, or is. What is None stays as it is."""

    address_restricted: bool | None = None
    dual_registration: bool | None = None
    """False ends it; True needs `second_school`."""
    second_school: str | None = None
    """The second school's unique reference number."""


async def details_of(session: AsyncSession, child_ref: str) -> Details:
    """The details that hold. Raises UnknownCase."""
    return _of(await _case(session, child_ref))


async def set_details(session: AsyncSession, child_ref: str, wanted: Details, now: datetime) -> Details:
    """Set what is given; open reviews and the next opening follow the days on which both schools are open (B2).

    Gives what holds afterwards; setting it again changes nothing. Stores messages, which the caller has told. Raises
    UnknownCase, and UnfitSchoolError before anything is stored.
    """
    case = await _case(session, child_ref)
    second = await _second_school(session, case, wanted)
    before = _of(case)
    case.second_school_urn = second
    if wanted.address_restricted is not None:
        case.address_restricted = wanted.address_restricted
    after = _of(case)
    if after == before:
        return after
    await session.flush()
    facts = {"address_restricted": case.address_restricted, "dual_registration": second is not None}
    add_event(session, case.id, None, now, "details_changed", Role.OPERATOR.value, **facts)
    if after.second_school != before.second_school and case.in_care:
        await replan(session, case, Happening(now, Role.OPERATOR.value))
        await retime(session, case, now)
    return after


async def _case(session: AsyncSession, child_ref: str) -> Case:
    case = await find_case(session, child_ref, lock=True)
    if case is None:
        raise UnknownCase
    return case


async def _second_school(session: AsyncSession, case: Case, wanted: Details) -> str | None:
    """The URN of the second school as it is to be."""
    if wanted.dual_registration is None:
        return case.second_school_urn
    if not wanted.dual_registration:
        return None
    if wanted.second_school == case.school_urn:
        raise UnfitSchoolError("This is the child's school already; give the unique reference number of the other.")
    second = await session.get(School, wanted.second_school) if wanted.second_school else None
    if second is None or stands_for_no_school(second.urn):
        raise UnfitSchoolError(
            "No school here has this unique reference number. Check it; a school comes with a roll, or with the act "
            "that moves a child to it."
        )
    return wanted.second_school


def _of(case: Case) -> Details:
    return Details(case.address_restricted, case.second_school_urn is not None, case.second_school_urn)

"""A roll gives a child another school or other people: what happens beside the roles, as with such acts.

See casework/changes.py: what an act does for one child, a roll does for many.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.invitations import call_off_for, welcome
from contracts.people import Role
from store.cases import replace_people
from store.events import add_event
from store.reviews import reviews_of
from store.tables import Case


async def leave_the_school(session: AsyncSession, case: Case, now: datetime, *, has_place: bool) -> None:
    """The old school's staff go out of the case: the meeting out of their calendars, pastoral staff out of their role.

    Called while the old designated teacher still has theirs. `has_place` is whether the child goes to another school.
    """
    for kept in await reviews_of(session, case.id, open_only=True):
        await call_off_for(session, case, kept.plan, kept.standing, Role.DESIGNATED_TEACHER, now)
    await replace_people(session, case.id, Role.PASTORAL)
    add_event(session, case.id, None, now, "school_changed", "clock", has_place=has_place)


async def take_over(session: AsyncSession, case: Case, roles: Collection[Role], now: datetime) -> None:
    """Somebody else plays these roles: clocks and signatures stay, and the meeting goes into their calendars."""
    for role in sorted(roles):
        add_event(session, case.id, None, now, "handed_over", "clock", role=role.value)
        for kept in await reviews_of(session, case.id, open_only=True):
            await welcome(session, case, kept.plan, kept.standing, role, now)

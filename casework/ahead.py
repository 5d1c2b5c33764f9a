"""What is to come for a child by itself: changes that hold from a later day, and the 18th birthday."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from rules.coming_of_age import comes_of_age
from store.pending import first_pending
from store.tables import Case

_LOOKS_AHEAD = timedelta(days=200)
"""A birthday farther away than a review lasts sets no alarm in it."""


async def next_change_on(session: AsyncSession, case: Case, today: date) -> date | None:
    """The next London day from which something else holds for the child, as far as a review looks ahead.

    A birthday that is over changes nothing any more: a plan that is opened again afterwards does not wait for it.
    """
    birthday = comes_of_age(case.date_of_birth)
    comes = case.in_care and today < birthday <= today + _LOOKS_AHEAD
    days = [await first_pending(session, case.id), birthday if comes else None]
    return min((day for day in days if day is not None), default=None)

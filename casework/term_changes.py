"""New or other term dates, or another school on a roll: open reviews follow, and so does the next one's opening."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.cycles import retime
from casework.keeping import Happening
from casework.retiming import replan
from casework.telling import tell_cycle
from store.cases import cases_of_calendars, lock_case


async def terms_changed(session: AsyncSession, calendar_codes: Sequence[str], now: datetime) -> None:
    """Every child whose school, or second school, follows one of these calendars."""
    for case in await cases_of_calendars(session, list(calendar_codes)):
        await replan(session, case, Happening(now, "clock"))
        await retime(session, case, now)


async def moved_by_roll(session: AsyncSession, case_id: str, now: datetime) -> None:
    """A roll gives a child another school."""
    await _follow_roll(session, case_id, now, other_school=True)


async def redated_by_roll(session: AsyncSession, case_id: str, now: datetime) -> None:
    """A roll gives a child's school another calendar, or a child another day of entering care."""
    await _follow_roll(session, case_id, now, other_school=False)


async def _follow_roll(session: AsyncSession, case_id: str, now: datetime, *, other_school: bool) -> None:
    """Bring reviews and cycle to what the roll says.

    The cycle of a child who had left care has ended. It is told, and by that started again, even where no term is known
    that could open: what is noted is none then, as it was when the child left.
    """
    case = await lock_case(session, case_id)
    await replan(session, case, Happening(now, "clock"), other_school=other_school)
    if not await retime(session, case, now) and case.opens_at is None:
        await tell_cycle(session, case.id, None, now)

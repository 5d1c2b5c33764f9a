"""Letters that did not arrive: one that comes back, and somebody who told its reader otherwise.

A reader who has not been told is a task for the Virtual School until somebody has seen to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import UnknownCase
from contracts.people import Role
from store.cases import find_case
from store.events import add_event
from store.letters import letter_that_came_back, mark_bounced, undelivered
from store.outbox_tables import Letter

MAY_SEE_TO = (Role.VIRTUAL_SCHOOL, Role.OPERATOR, Role.ENGINEER)
"""Whose task it is, in the order in which somebody with several of these roles does it."""
SEEN_TO = "letter_seen_to"
"""The line of the history; its facts name the letter by its number, its kind and its reader's role."""


async def take_bounce(session: AsyncSession, message_ids: Sequence[str], smtp_code: int, now: datetime) -> bool:
    """Note that a letter came back, as if it had been refused at once. `message_ids` are those that it may have had.

    False where none of them is a letter that was on its way: the same report twice changes nothing.
    """
    letter = await letter_that_came_back(session, message_ids)
    return letter is not None and await mark_bounced(session, letter, now, smtp_code, _told(letter))


async def see_to(session: AsyncSession, child_ref: str, letter_id: int, by: Role, now: datetime) -> bool:
    """Note that its reader was told otherwise. False where nobody waits for that: it arrived, or was seen to already.

    Raises UnknownCase.
    """
    case = await find_case(session, child_ref, lock=True)
    if case is None:
        raise UnknownCase
    letter = await undelivered(session, case.id, letter_id)
    if letter is None or letter.seen_to_at is not None:
        return False
    letter.seen_to_at = now
    add_event(session, case.id, letter.review_id, now, SEEN_TO, by.value, letter=letter.id, **_told(letter))
    return True


def _told(letter: Letter) -> dict[str, Any]:
    level = {"level": letter.level} if letter.level is not None else {}
    return {"kind": letter.kind, "to": letter.role, **level}

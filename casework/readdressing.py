"""Letters in the outbox follow a handover: people are addressed by role at the time of sending (PROCESS.md, People)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.post import readers
from contracts.people import BOTH_PARTIES, Role
from rules.ladder import Kind
from store.attendees import was_asked_in_person
from store.cases import addresses_by_role
from store.letters import LetterState, others_with, readdress, settle_letter, untried, wait_again
from store.outbox_tables import Letter
from store.tables import Case


async def follow_the_roles(session: AsyncSession, case: Case, now: datetime) -> None:
    """Give every letter that nobody has tried to send yet to whoever plays its role now, or stands in for it.

    Called when other people play roles on the case, after everything that is written to them. A letter that was tried
    once keeps its address: it may have arrived, and goes out the same to the byte or not at all. The caller holds the
    case's lock.
    """
    known = await addresses_by_role(session, case)
    for letter in await untried(session, case.id):
        if await _has_lost_its_reader(session, letter, known):
            await _hand_on(session, letter, known, now)


async def _has_lost_its_reader(session: AsyncSession, letter: Letter, known: Mapping[str, list[str]]) -> bool:
    """A cancellation has not: it goes to whoever has the meeting in their calendar. Nor has who was asked in person."""
    if letter.intended_role not in list(Role) or letter.facts.get("cancelled"):
        return False
    role, addresses = readers(known, Role(letter.intended_role))
    if letter.role == role and letter.address in addresses:
        return False
    return letter.kind != Kind.INVITATION or not await was_asked_in_person(session, letter.review_id, letter.address)


async def _hand_on(session: AsyncSession, letter: Letter, known: Mapping[str, list[str]], now: datetime) -> None:
    """To the first reader who does not have it; a party that is new to the case has an invitation of its own.

    A reader who had the role before, and lost their copy with it, has it again: the same letter is never written twice.
    """
    role, addresses = readers(known, Role(letter.intended_role))
    others = await others_with(session, letter)
    taken_back = [copy.id for copy in others if _was_taken_from(copy, role, addresses)]
    free = [address for address in addresses if (role, address) not in {(copy.role, copy.address) for copy in others}]
    is_welcomed = letter.kind == Kind.INVITATION and role == letter.intended_role and role in BOTH_PARTIES
    if free and not taken_back and not is_welcomed:
        await readdress(session, letter.id, role, free[0])
        return
    for letter_id in taken_back[:1]:
        await wait_again(session, letter_id)
    await settle_letter(session, letter.id, LetterState.WITHDRAWN, now)


def _was_taken_from(copy: Letter, role: str, addresses: list[str]) -> bool:
    return copy.state == LetterState.WITHDRAWN and copy.role == role and copy.address in addresses

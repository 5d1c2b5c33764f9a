"""Letters that wait, and letters that did not arrive."""

from sqlalchemy.ext.asyncio import AsyncSession

from casework.post import readers
from contracts.people import Role
from store.attendees import was_asked_in_person
from store.cases import addresses_by_role, case_with_id
from store.letters import LEFT, UNDELIVERED, others_with, see_to, send_again, try_now
from store.outbox_tables import Letter
from store.repairables import held_cases, lock_letter
from watch.performing.deed import CHANGED, Deed, Done, changed, checking, moved_on, not_allowed

_ON_HOLD = "Mail of this case is on hold; release it first. Nothing was done."


async def try_letter(session: AsyncSession, deed: Deed) -> Done:
    """A letter that waits for its next attempt has it at once."""
    letter = await lock_letter(session, int(deed.subject_id))
    if letter is None:
        return changed(CHANGED)
    if letter.settled_at is not None:
        return not_allowed("This letter does not wait any more: have it sent again instead. Nothing was done.")
    if await held_cases(session, [letter.case_id]):
        return not_allowed(_ON_HOLD)
    await try_now(session, letter.id, deed.now)
    return checking("The letter is being sent.")


async def resend(session: AsyncSession, deed: Deed) -> Done:
    """A letter that did not arrive has another attempt, to whoever its role is by now."""
    letter = await lock_letter(session, int(deed.subject_id))
    if letter is None:
        return changed(CHANGED)
    return await send_to_todays_reader(session, letter, deed)


async def send_to_todays_reader(session: AsyncSession, letter: Letter, deed: Deed) -> Done:
    """Send an undelivered letter again, the same to the byte where its reader has the same address."""
    if letter.state not in UNDELIVERED:
        words = "was sent meanwhile" if letter.state in LEFT else "is not one that failed to arrive"
        return not_allowed(f"This letter {words}. Nothing was done.")
    if await held_cases(session, [letter.case_id]):
        return not_allowed(_ON_HOLD)
    to = await _reader_today(session, letter)
    if to is None:
        return not_allowed("Nobody on the case has an address for this letter. Name a person first. Nothing was done.")
    role, address = to
    if address is None:
        await see_to(session, letter.id, deed.now)
        return moved_on("Whoever has this role now has the same letter already.")
    await send_again(session, letter.id, role, address, deed.now)
    return checking("The letter is being sent again.")


async def _reader_today(session: AsyncSession, letter: Letter) -> tuple[str, str | None] | None:
    """The role and address to which it goes; no address where every reader has a copy; None where there is none.

    A cancellation stays with whoever has the meeting in their calendar, an invitation with who was asked in person.
    """
    stays = letter.intended_role not in list(Role) or letter.facts.get("cancelled")
    if stays or await was_asked_in_person(session, letter.review_id, letter.address):
        return letter.role, letter.address
    case = await case_with_id(session, letter.case_id)
    role, addresses = readers(await addresses_by_role(session, case), Role(letter.intended_role))
    if not addresses:
        return None
    if letter.role == role and letter.address in addresses:
        return role, letter.address
    taken = {(copy.role, copy.address) for copy in await others_with(session, letter)}
    return role, next((address for address in addresses if (role, address) not in taken), None)

"""Somebody's address, and who has a role on a case."""

import hashlib
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import UnknownCase
from casework.take import Casework
from contracts.people import Role
from contracts.problems import ItemResult, RepairKind
from repairs.keys import Keys, address_in, sealed_address
from repairs.stamps import seen_now
from store import authenticators, calendar_feeds, sessions, sign_ins, tokens
from store.address_notices import add_notice
from store.cases import case_with_id, person_at
from store.letters import readdress, readdress_waiting
from store.outbox_tables import Letter
from store.repairables import lock_letter, people_on, person_of
from store.repairs import items_of
from watch.parts import Parts
from watch.performing.deed import CHANGED, Deed, Done, changed, checking, moved_on, not_allowed, not_yet
from watch.performing.letters import send_to_todays_reader


async def correct_address(session: AsyncSession, deed: Deed, keys: Keys) -> Done:
    """First the person, then each letter that waits for the address to be right."""
    address = address_in(keys, deed.parameters["address"])
    if deed.what == "person":
        return await _correct_person(session, deed, address, keys)
    return await _send_there(session, deed, address)


async def _correct_person(session: AsyncSession, deed: Deed, address: str, keys: Keys) -> Done:
    """They sign in with it from now on; whoever has the old mailbox, or got anything through it, has no way in."""
    await sign_ins.lock_open_of(session, int(deed.subject_id))
    person = await person_of(session, int(deed.subject_id), lock=True)
    if person is None:
        return changed(CHANGED)
    if await person_at(session, address) is not None:
        return not_allowed("Somebody else has this address by now, and no two people may. Nothing was done.")
    before, person.email = person.email, address
    await session.flush()
    await _take_every_way_in(session, person.id, deed.now)
    await readdress_waiting(session, before, address)
    add_notice(session, deed.repair.id, sealed_address(keys, before), deed.now)
    return moved_on("The address is corrected. Whoever came in with the old one is signed out.")


async def _take_every_way_in(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Attempts first, which become sessions; a code from the old mailbox may have set up the authenticator, too."""
    await sign_ins.end_all_of(session, person_id, now)
    await sessions.end_all_of(session, person_id, now)
    await calendar_feeds.end_feeds(session, person_id, now)
    await tokens.revoke_all_of(session, person_id, now)
    await authenticators.forget(session, person_id)


async def _send_there(session: AsyncSession, deed: Deed, address: str) -> Done:
    of_person = (await items_of(session, deed.repair.id))[0]
    if of_person.result in (ItemResult.WAITING, ItemResult.UNDER_WAY):
        return not_yet("It waits until the address is corrected.")
    if of_person.result != ItemResult.MOVED_ON:
        return not_allowed("The address was not corrected, so the letter was not sent again.")
    letter = await lock_letter(session, int(deed.subject_id))
    if letter is None:
        return changed(CHANGED)
    if letter.settled_at is None:
        return await _on_its_way(session, letter, address)
    return await send_to_todays_reader(session, letter, deed)


async def _on_its_way(session: AsyncSession, letter: Letter, address: str) -> Done:
    """One that was being sent when the address changed keeps the old one until its sender lets go of it."""
    if letter.address != address:
        if letter.claimed_at is not None:
            return not_yet("It is being sent to the old address at this moment; what becomes of it is waited for.")
        await readdress(session, letter.id, letter.role, address)
    return checking("The letter goes to the right address with its next attempt.")


async def reassign(parts: Parts, deed: Deed) -> Done:
    """One act of the officer who asked, on this case, with all that an act is; the same id again is the same act."""
    async with parts.database.transaction() as session:
        if (
            not deed.again
            and deed.item.seen != (await seen_now(session, RepairKind.REASSIGN, deed.parameters, [deed.item]))[0]
        ):
            return changed(CHANGED)
        case = await case_with_id(session, deed.subject_id)
        person = await person_of(session, deed.parameters["person"])
    if person is None or deed.item.seen["people"] == [person.id]:
        return not_allowed("This person has the role on this case already. Nothing was done.")
    act = {
        "id": _act_id(deed),
        "action": "change_person",
        "by": deed.repair.asked_role,
        "role": deed.parameters["role"],
        "name": person.name,
        "email": person.email,
        "from": deed.parameters["from"],
    }
    casework = Casework(parts.database, parts.clock)
    try:
        answer = await casework.take(case.ref, act, person_id=deed.repair.asked_by, shows_case=False)
    except UnknownCase:
        return not_allowed("This case is not one of whoever asked for it. Nothing was done.")
    if not answer.accepted:
        return not_allowed(" ".join(finding.for_the_history for finding in answer.findings))
    if not await _has_it_alone(parts, deed, person.id):
        return not_allowed("The role is not this person's after it. Look at the case.")
    done = moved_on("Handed over. Clocks, signatures and everything written stay.", act=act["id"])
    return Done(done.result, done.said, done.facts, to_tell=answer.to_tell)


def _act_id(deed: Deed) -> str:
    """The same again for a watch that takes it up; nobody who reads that of one case can tell that of another."""
    made_of = f"{deed.parameters['secret']}:{deed.item.number}"
    return f"repair-{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"


async def _has_it_alone(parts: Parts, deed: Deed, person_id: int) -> bool:
    role = Role(deed.parameters["role"])
    async with parts.database.transaction() as session:
        found = await people_on(session, [deed.subject_id], role)
    return found.get(deed.subject_id) == [person_id]

"""People and how they sign in: roles for the whole authority, lost telephones, leavers, a demonstration's codes."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from commands.errors import CommandError, UsageError
from commands.service import opened
from commands.telling import complain, say
from contracts.people import Role
from local.demonstration_people import NoCode, code_for
from rules.addresses import NOT_ONE, is_address
from starter.encryption import KeyRing
from store import authenticators, sessions
from store.cases import person_at
from store.staff import give_staff_role


async def person(email: str, role: Role, name: str, data: Path | None) -> None:
    """Give somebody a role for the whole authority; somebody new is added. Raises UsageError for what is no address."""
    if not is_address(email.strip()):
        raise UsageError(f"This is {NOT_ONE}.")
    async with opened(data) as service, service.database.transaction() as session:
        await give_staff_role(session, email, role, name)
    say(f"They may sign in as {role.in_words}.")


async def reset_authenticator(email: str, data: Path | None) -> None:
    """Forget somebody's authenticator and sign them out: they set up another one. Raises UsageError for nobody."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            person_id = await _known(session, email)
            had_one = await authenticators.forget(session, person_id)
            await sessions.end_all_of(session, person_id, now)
    say("They set up a new authenticator the next time they sign in." if had_one else "They had no authenticator.")
    complain("Only for somebody whose voice or face you know: next, a code from their mail is all that is asked.")


async def sign_out(email: str, data: Path | None) -> None:
    """End every session of somebody. Raises UsageError for nobody."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            await sessions.end_all_of(session, await _known(session, email), now)
    say("They are signed out everywhere.")


async def code(email: str, data: Path | None) -> None:
    """Print what the authenticator of a demonstration's person shows now. Raises CommandError elsewhere."""
    async with opened(data) as service:
        ring = KeyRing(service.settings.encryption_keys)
        try:
            say(await code_for(service.database, ring, email, await service.clock.now()))
        except NoCode as error:
            raise CommandError(str(error)) from None


async def _known(session: AsyncSession, email: str) -> int:
    person_id = await person_at(session, email)
    if person_id is None:
        raise UsageError("Nobody here has this address. Check it.")
    return person_id

"""What an operator does: migrations, the rebuild of Temporal, tokens."""

from pathlib import Path

import settings
from commands.errors import CommandError, NotNowError
from commands.service import opened
from commands.telling import complain, say
from contracts.people import Role
from starter.connect import register_search_attributes
from starter.starting import Starter
from starter.watching import Watch
from store.migrate import TablesInUseError, upgrade
from store.tokens import RoleNotHeld, make_token


async def migrate() -> None:
    """Bring the database that the settings name to the newest tables. Raises NotNowError."""
    try:
        await upgrade(settings.load().database_url)
    except TablesInUseError as error:
        raise NotNowError(str(error)) from None
    say("The database has the newest tables.")


async def rebuild(data: Path | None) -> None:
    """Start every workflow that should be open and that Temporal does not have. Those that run are left alone.

    Raises TemporalUnreachableError.
    """
    async with opened(data) as service:
        await Watch(service.client, service.settings.task_queue).last_poll()
        await register_search_attributes(service.client)
        count = await Starter(service.client, service.settings.task_queue).rebuild(service.database)
    say(f"{count} workflows are open: one for each child in care and one for each review that is not over.")


async def token(role: Role, email: str, name: str | None, data: Path | None) -> None:
    """Print a new token of the JSON API. It is shown this once; the service keeps a hash. Raises CommandError."""
    async with opened(data) as service:
        try:
            plain = await make_token(service.database, service.clock, role, email, name)
        except RoleNotHeld as error:
            raise CommandError(str(error)) from None
    say(plain)
    complain("This is shown only once. Send it as: Authorization: Bearer pep_...")

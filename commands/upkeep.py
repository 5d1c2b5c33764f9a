"""What an operator does: migrations, the rebuild of Temporal, tokens."""

from pathlib import Path

import settings
from commands.errors import CommandError
from commands.service import find, opened
from commands.telling import complain, say
from contracts.people import Role
from local import recovery
from store.migrate import upgrade
from store.tokens import RoleNotHeld, make_token


async def migrate() -> None:
    """Bring the database that the settings name to the newest tables."""
    await upgrade(settings.load().database_url)
    say("The database has the newest tables.")


async def rebuild(data: Path | None) -> None:
    """Start every workflow that should be open and that Temporal does not have. Those that run are left alone."""
    count = await recovery.rebuild(find(data))
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

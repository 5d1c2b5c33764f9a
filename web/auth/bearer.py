"""Bearer tokens: a token is bound to one person, and what that person may do is asked anew at every request."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from store import tokens
from web.dependencies import InOffice
from web.errors import NotSignedIn

_SCHEME = HTTPBearer(auto_error=False, scheme_name="token", description="Made with `./pep token`, bound to one person.")


async def _person(office: InOffice, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]) -> int:
    """The person whose token it is. Raises NotSignedIn (401)."""
    if given is None:
        raise NotSignedIn(given=False)
    async with office.database.transaction() as session:
        person_id = await tokens.find(session, given.credentials)
    if person_id is None:
        raise NotSignedIn(given=True)
    return person_id


SignedIn = Annotated[int, Depends(_person)]
"""The id of the person who asks."""

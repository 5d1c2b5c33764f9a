"""People who look at the console, each at a browser of their own."""

from collections.abc import Awaitable, Callable

import pytest

from contracts.people import Role
from store.staff import give_staff_role
from tests.web.door import Door
from tests.web.epep.conftest import Opening, browser_of
from tests.web.epep.pages import Browser

__all__ = ["browser_of"]
Sitting = Callable[[Role], Awaitable[Browser]]


@pytest.fixture
async def sits_down(door: Door, browser_of: Opening) -> Sitting:
    """Somebody with this role for the whole authority and no other."""

    async def opened(role: Role, who: str = "") -> Browser:
        email = f"{role.value}{who}@council.example"
        async with door.database.transaction() as session:
            await give_staff_role(session, email, role, f"{role.in_words.title()} {who}".strip())
        return await browser_of(email)

    return opened


@pytest.fixture
async def operator(sits_down: Sitting) -> Browser:
    return await sits_down(Role.OPERATOR)

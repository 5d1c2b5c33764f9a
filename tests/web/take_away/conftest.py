"""A child's plan with everything in it, and somebody in every role who may ask for it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from casework.authority import AuthorityDetails, set_up
from casework.imports import ImportReport
from store.database import Database
from tests.support.carried import autumn_in_force, between_the_meetings, reviewed_in_spring
from tests.support.clock import FixedClock
from tests.support.reviews import SW
from tests.support.taken import Desk
from tests.web.door import Door, app_on
from tests.web.take_away.people import (
    CARER,
    FINANCE,
    IN_ROLE,
    MANAGER,
    OPERATOR,
    PRIVATE,
    SOCIAL_WORKER,
    TEACHER,
    VIRTUAL_SCHOOL,
    YOUNG,
)

_ON_THE_CASE = (SOCIAL_WORKER, TEACHER, MANAGER, CARER, YOUNG)


@pytest.fixture
async def desk(database: Database, clock: FixedClock, roll: ImportReport) -> Desk:
    """The autumn's plan of C007 is in force, the spring's is prepared, with social care's words in it."""
    desk = Desk(database, clock)
    await set_up(database, AuthorityDetails("Exampleshire", VIRTUAL_SCHOOL))
    await reviewed_in_spring(await between_the_meetings(await autumn_in_force(desk)))
    await desk.does(SW, "submit", section="about_child", content={"words": PRIVATE})
    return desk


@pytest.fixture
async def visiting(desk: Desk) -> AsyncIterator[Door]:
    """The pages as one person after another visits them."""
    transport = httpx.ASGITransport(app_on(desk.database, desk.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        door = Door(desk.database, desk.clock, client)
        for email in _ON_THE_CASE:
            await door.put(email, IN_ROLE[email], desk.child)
        for email in (VIRTUAL_SCHOOL, FINANCE, OPERATOR):
            await door.put_on_staff(email, IN_ROLE[email])
        yield door

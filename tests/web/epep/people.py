"""Somebody in every role, each in a browser of their own; and what is written about a child for some eyes only."""

from contracts.people import Role
from store.cases import person_with
from store.tables import StaffRole
from store.tokens import AUTHORITY_WIDE
from tests.support.taken import Desk
from tests.web.door import Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser

SW, DT, VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL
CARER, YOUNG, IRO = Role.CARER, Role.YOUNG_PERSON, Role.IRO
BLUE = "Sleeps badly since the move."
OF_THE_CARER, OF_THE_CHILD = "We worry about the taxi.", "I like maths when it is quiet."


async def browser_in(role: Role, door: Door, browser_of: Opening, child: str) -> Browser:
    """Somebody who has this role, and no other, on a child's case."""
    email = f"{role.value}@{'school' if role in (DT, Role.PASTORAL) else 'council'}.example"
    if role in AUTHORITY_WIDE:
        async with door.database.transaction() as session:
            session.add(StaffRole(person_id=await person_with(session, email, "Ola Hart"), role=role))
    else:
        await door.put(email, role, child)
    return await browser_of(email)


async def said_by_each(desk: Desk) -> None:
    """The social worker, the carer and the young person each said something."""
    await desk.does(SW, "submit", section="about_child", content={"words": BLUE})
    await desk.does(CARER, "give_views", words=OF_THE_CARER)
    await desk.does(YOUNG, "give_views", words=OF_THE_CHILD)

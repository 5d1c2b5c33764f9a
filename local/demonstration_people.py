"""The people of the demonstration: somebody for every role, and how to sign in as each.

Those on cases come by the ordinary acts. The council's have an authenticator already, whose code `./pep code` shows:
its secret is this installation's own, and only a demonstration's is ever shown.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from casework.take import Casework
from contracts.clock import london_date
from contracts.people import Role
from rehearsal.conductor import Conductor
from rehearsal.house import House
from settings import Settings
from starter.encryption import KeyRing
from store import authenticators
from store.cases import person_at, the_authority
from store.database import Database
from store.staff import give_staff_role, parts_of, people_with
from web.auth import authenticator
from web.auth.entering import WITH_AUTHENTICATOR

_STAFF = (
    (Role.VIRTUAL_SCHOOL, "virtual.school@exampleshire.example", "Nadia Fenwick"),
    (Role.VIRTUAL_SCHOOL_HEAD, "head.of.virtual.school@exampleshire.example", "Marcus Adeyemi"),
    (Role.IRO, "iro@exampleshire.example", "Helen Quist"),
    (Role.FINANCE, "finance@exampleshire.example", "Joan Petrie"),
    (Role.FINANCE, "finance.second@exampleshire.example", "Abel Moyo"),
    (Role.OPERATOR, "operator@exampleshire.example", "Sam Okafor"),
    (Role.ENGINEER, "engineer@exampleshire.example", "Ines Carrow"),
)
_ON_CASES = (
    ("X10", Role.CARER, "carer@home.example", "Dee Marlow"),
    ("X10", Role.YOUNG_PERSON, "sana@home.example", "Sana Kirkby"),
    ("X11", Role.CARER, "carer@home.example", "Dee Marlow"),
    ("X04", Role.PASTORAL, "pastoral@northmoor.example", "Lou Barnes"),
)
_SHOWN = (
    "ros.keane@exampleshire.example", "manager.east@exampleshire.example", "teacher@northmoor.example",
    "pastoral@northmoor.example", "carer@home.example", "sana@home.example", *(email for _, email, _ in _STAFF),
)  # fmt: skip
_CASES_NAMED = 4


class DemonstrationBroken(Exception):
    """An act that makes the demonstration's people was refused: a defect of ours, which its tests find."""


async def bring_in(house: House, conductor: Conductor, ring: KeyRing) -> None:
    """Everybody who is not on the roll, at the house's present instant; and the authenticators of the council's."""
    now = house.clock.instant
    for child, role, email, name in _ON_CASES:
        handed = {"role": role.value, "email": email, "name": name, "from": str(london_date(now))}
        await _act(house, child, {"action": "change_person", "by": "virtual_school", **handed})
    await _act(house, "X04", {"action": "delegate", "by": "designated_teacher", "to": "pastoral@northmoor.example"})
    async with house.database.transaction() as session:
        for staff_role, email, name in _STAFF:
            await give_staff_role(session, email, staff_role, name)
        for person_id in await people_with(session, WITH_AUTHENTICATOR):
            secret = authenticator.new_secret()
            await authenticators.enrol(session, person_id, authenticator.sealed(ring, person_id, secret), None, now)
    await conductor.settle()


async def _act(house: House, child: str, act: dict[str, Any]) -> None:
    answer = await Casework(house.database, house.clock).take(child, act, shows_case=False)
    if not answer.accepted:
        raise DemonstrationBroken(child, act["action"], [finding.sentence for finding in answer.findings])
    await house.relay.tell_all(answer.to_tell)


class NoCode(Exception):
    """There is no code to show. Its text is a sentence for who asked."""


async def code_for(database: Database, ring: KeyRing, email: str, now: datetime) -> str:
    """The code that the authenticator of a demonstration's person shows now. Raises NoCode."""
    async with database.transaction() as session:
        authority = await the_authority(session)
        if authority is None or not authority.demonstration:
            raise NoCode("This is no demonstration: nobody but its owner can see the code of an authenticator.")
        person_id = await person_at(session, email)
        kept = await authenticators.sealed_secret(session, person_id) if person_id is not None else None
        if person_id is None or kept is None:
            raise NoCode("Nobody with this address has an authenticator; the code in the mailbox is all they need.")
    return authenticator.code_at(authenticator.opened(ring, person_id, kept), now)


async def introduce_in(settings: Settings, mailbox_url: str | None, say: Callable[[str], None]) -> None:
    """As `introduce`, for who has settings and no database yet."""
    database = Database(settings.database_url)
    try:
        await introduce(database, mailbox_url, say)
    finally:
        await database.close()


async def introduce(database: Database, mailbox_url: str | None, say: Callable[[str], None]) -> None:
    """Say who can sign in, and how; nothing where this is no demonstration."""
    async with database.transaction() as session:
        authority = await the_authority(session)
        if authority is None or not authority.demonstration:
            return
        parts = await parts_of(session, _SHOWN)
    lines = [f"  {part.role.in_words:<30}{part.email:<46}{_cases(part.cases)}" for part in parts]
    where = f"the code is in the mailbox, {mailbox_url}" if mailbox_url else "the code comes by mail"
    say("Sign in with one of these addresses:\n" + "\n".join(lines))
    say(f"After the address {where}; council staff are then asked for what ./pep code EMAIL prints.\n")


def _cases(refs: Sequence[str]) -> str:
    more = len(refs) - _CASES_NAMED
    return " ".join(refs[:_CASES_NAMED]) + (f" and {more} more" if more > 0 else "") if refs else "every case"

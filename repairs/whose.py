"""Whose address would be corrected: for the Virtual School officer who decides, and for nobody else at the console."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from repairs.errors import UnknownRepair
from store.repairables import person_of
from store.repairs import items_of
from store.staff import Part, parts_of


@dataclass(frozen=True, slots=True)
class Whose:
    """A person as they are now; `parts` are their roles, on cases and for the whole authority."""

    name: str
    address: str
    parts: Sequence[Part]


async def whose_address(session: AsyncSession, number: int) -> Whose:
    """The person of a correction. Raises UnknownRepair."""
    items = await items_of(session, number)
    person = await person_of(session, int(items[0].subject.removeprefix("person:"))) if items else None
    if person is None:
        raise UnknownRepair
    return Whose(person.name, person.email, await parts_of(session, [person.email]))

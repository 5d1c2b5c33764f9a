"""People of finance, and payments that wait for a run."""

from datetime import date
from itertools import count

from contracts.people import Role
from store import grants
from store.cases import person_with
from store.database import Database
from store.grants import LedgerState
from store.money_tables import GrantRow
from store.tables import StaffRole
from tests.support.grant_cases import NOON, TERMS, add_case

DAY = date(2026, 11, 20)
_numbers = count(1)


async def officers(database: Database, number: int, role: Role = Role.FINANCE) -> list[int]:
    """New people with a role for the whole authority."""
    async with database.transaction() as session:
        people = [
            await person_with(session, f"{role}-{next(_numbers)}@council.example", "Petra") for _ in range(number)
        ]
        session.add_all([StaffRole(person_id=one, role=role.value) for one in people])
    return people


async def confirmed(database: Database, *, pence: int = 50_000) -> list[str]:
    """A child's three grants, paid by the finance system on 20 November 2026; gives their keys."""
    child, keys = await add_case(database), []
    for term in TERMS:
        async with database.transaction() as session:
            row = await grants.intend(session, child.grant(term, pence), NOON)
            for state in (LedgerState.SENT, LedgerState.CONFIRMED):
                await grants.mark(session, row.key, state, NOON)
            keys.append(row.key)
    return keys


async def corrected(database: Database, key: str, pence: int) -> None:
    """As production takes back: an entry beside a grant, whose own row stays confirmed."""
    async with database.transaction() as session:
        row = await session.get_one(GrantRow, key)
        await grants.correct_grant(session, key, pence, row.signed_off_by_act, NOON)

"""Applications for additional funding in a test's database, and what became of them."""

from sqlalchemy import select

from contracts.people import Role
from store.database import Database
from store.money_tables import FundingRow
from store.tables import CaseEvent
from tests.support.reviews import DT, VS
from tests.support.taken import Desk

ASKED = 120_000
APPLICATION = {"pence": ASKED, "why": "A tutor after an operation.", "targets": [1]}


async def applies(desk: Desk, by: Role = DT, pence: int = ASKED) -> str:
    """An application of the desk's child; gives the id of the act."""
    return (await desk.does(by, "apply_for_funding", **(APPLICATION | {"pence": pence}))).id


async def is_decided(desk: Desk, application: str, *, agreed: bool = True, pence: int = ASKED) -> None:
    """The Virtual School decides, as it may."""
    words = "It is exceptional."
    await desk.does(VS, "decide_funding", application=application, agreed=agreed, pence=pence, reason=words)


async def rows(database: Database) -> list[FundingRow]:
    """Every application, the earliest to be decided first."""
    async with database.transaction() as session:
        query = select(FundingRow).order_by(FundingRow.decide_by, FundingRow.key)
        return list((await session.execute(query)).scalars())


async def events(database: Database, what: str) -> list[CaseEvent]:
    """The lines of one kind in the history, in order."""
    async with database.transaction() as session:
        query = select(CaseEvent).where(CaseEvent.what == what).order_by(CaseEvent.id)
        return list((await session.execute(query)).scalars())

"""A play with scripted people, and its journal with what that leaves out: acts as typed, addresses of letters."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import LONDON
from rehearsal.area import read_area
from rehearsal.conductor import Conductor
from rehearsal.economy import economy
from rehearsal.house import opened
from rehearsal.manners import MANNERS
from rehearsal.people import ScriptedPeople
from rehearsal.person import intentions
from rehearsal.play import Programme, begin, scene_of
from store.outbox_tables import Letter
from store.tables import Case, CaseEvent, Review, StoredAct

Row = dict[str, Any]


async def played_by_people(programme: Programme, database_url: str | None = None) -> tuple[list[Row], dict[str, float]]:
    """The rows of a whole programme, and its economy; in a database of its own where none is given."""
    stretch = scene_of(programme)
    async with opened(stretch.start, database_url) as house:
        await begin(house, programme)
        area, manners = read_area(programme.roll), MANNERS[programme.people]
        people = ScriptedPeople(
            house.database,
            house.clock,
            lambda child, review, now: intentions(manners, programme.seed, child, review, now, area),
        )
        await Conductor(house, people, lambda _: None).play(stretch.end)
        async with house.database.transaction() as session:
            return await full_journal(session), await economy(house.client, house.database)


async def full_journal(session: AsyncSession) -> list[Row]:
    """The rows of the history in their order, each with its `child` and `term`, `at` in London time.

    Accepted acts have their whole `body`, letters the `address` they went to and the role they were `meant` for.
    """
    events = select(CaseEvent, Case.ref, Review.term).join(Case, Case.id == CaseEvent.case_id)
    events = events.join(Review, Review.id == CaseEvent.review_id, isouter=True).order_by(CaseEvent.at, CaseEvent.id)
    bodies = {act.id: act.body for act in (await session.execute(select(StoredAct))).scalars()}
    letters: defaultdict[Any, list[Letter]] = defaultdict(list)
    for letter in (await session.execute(select(Letter).order_by(Letter.id))).scalars():
        letters[letter.review_id, letter.settled_at, letter.kind, letter.role, letter.level].append(letter)
    rows = []
    for event, child, term in (await session.execute(events)).all():
        at = event.at.astimezone(LONDON).isoformat(timespec="seconds")
        row = {**event.facts, "at": at, "child": child, "term": term, "what": event.what}
        if event.what == "accepted":
            row["body"] = bodies[event.facts["act"]]
        if event.what == "letter":
            facts = event.facts
            found = letters[event.review_id, event.at, facts["kind"], facts["to"], facts.get("level")].pop(0)
            row |= {"address": found.address, "meant": found.intended_role}
        rows.append(row)
    return rows

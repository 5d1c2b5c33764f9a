"""Acts taken by the real casework on the real database, for children of the sample roll whose reviews are open."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from casework.clockwork import note_payment, open_when_due, pass_time
from casework.take import Answer, Casework
from contracts.people import Role
from contracts.review import Section, Stage, Standing
from rules.missing import parts_to_complete
from store.acts import sign_off_act
from store.base import Table
from store.database import Database
from store.grants import GrantIntent, LedgerState, intend, mark
from store.outbox_tables import Letter, Message
from store.reviews import KeptReview, reviews_of
from store.tables import Case, CaseEvent, Review, SectionRevision, StoredAct
from tests.support.clock import FixedClock
from tests.support.reviews import DT, MEETING, NEXT_MEETING, SW, VS, act_of, at, content_of, held_on

CHILD = "C007"
"""In Y5 at a school with Staffordshire's terms, eligible for the grant, no PEP before."""
AUTUMN, SPRING = "2026/27 autumn", "2026/27 spring"
KEPT = (StoredAct, SectionRevision, Message, Letter, CaseEvent)


class Desk:
    """Takes acts about one child."""

    def __init__(self, database: Database, clock: FixedClock, child: str = CHILD) -> None:
        self.database, self.clock, self.child = database, clock, child
        self.casework = Casework(database, clock)

    def on(self, day: str | date, hour: str = "10:00") -> "Desk":
        self.clock.set(at(day, hour))
        return self

    async def opens(self, term: str = AUTUMN) -> KeptReview:
        """The review of a term opens, as the child's cycle has it opened."""
        async with self.database.transaction() as session:
            case = await self._case(session)
            review, _ = await open_when_due(session, case.id, term, self.clock.at)
        assert review is not None
        return review

    async def take(self, by: Role, action: str, **fields: Any) -> Answer:
        return await self.casework.take(self.child, act_of(by, action, **fields))

    async def does(self, by: Role, action: str, **fields: Any) -> Answer:
        answer = await self.take(by, action, **fields)
        assert answer.accepted, answer.findings
        return answer

    async def rules(self, by: Role, action: str, **fields: Any) -> list[str]:
        answer = await self.take(by, action, **fields)
        return [finding.rule for finding in answer.findings]

    async def submits(self, by: Role, section: Section) -> Answer:
        return await self.does(by, "submit", section=section.value, content=content_of(section))

    async def reviews(self) -> list[KeptReview]:
        """The oldest first."""
        async with self.database.transaction() as session:
            return await reviews_of(session, (await self._case(session)).id)

    async def standing(self, place: int = 0) -> Standing:
        return (await self.reviews())[place].standing

    async def stages(self) -> list[str]:
        return [review.standing.stage.value for review in await self.reviews()]

    async def passes(self, place: int = 0) -> None:
        """The clock of a review has its turn."""
        review = (await self.reviews())[place]
        async with self.database.transaction() as session:
            await pass_time(session, review.plan.review_id, self.clock.at)

    async def is_paid(self, place: int = 0) -> None:
        review = (await self.reviews())[place]
        async with self.database.transaction() as session:
            await note_payment(session, review.plan.review_id, "key", self.clock.at)

    async def case(self) -> Case:
        async with self.database.transaction() as session:
            return await self._case(session)

    async def rows(self, table: type[Table]) -> list[Any]:
        """Every row of a table in the order of its key."""
        async with self.database.transaction() as session:
            return list((await session.execute(select(table).order_by(*table.__table__.primary_key))).scalars())

    async def counts(self) -> dict[str, int]:
        """How many rows an act may add to."""
        async with self.database.transaction() as session:
            return {
                table.__tablename__: (await session.execute(select(func.count()).select_from(table))).scalar_one()
                for table in KEPT
            }

    async def history(self) -> list[tuple[str, str]]:
        return [(event.what, event.by) for event in await self.rows(CaseEvent)]

    async def numbers(self) -> dict[str, list[int]]:
        """The numbers of the messages to each workflow, in order."""
        found: dict[str, list[int]] = {}
        for message in await self.rows(Message):
            found.setdefault(message.workflow_id, []).append(message.number)
        return found

    async def stored(self) -> list[dict[str, Any]]:
        """Every review exactly as it is stored."""
        return [
            {"id": row.id, "stage": row.stage, "standing": row.standing, "wake_at": row.wake_at}
            for row in await self.rows(Review)
        ]

    async def _case(self, session: Any) -> Case:
        found: Case = (await session.execute(select(Case).where(Case.ref == self.child))).scalar_one()
        return found


async def opened(desk: Desk) -> Desk:
    """The autumn's review, on the term's first day."""
    desk.on("2026-09-03", "00:00")
    await desk.opens()
    return desk


async def with_a_meeting(desk: Desk) -> Desk:
    """Opened, and the meeting arranged for 14 October."""
    await opened(desk)
    await desk.on("2026-09-04").does(SW, "arrange_meeting", on=str(MEETING))
    return desk


async def held(desk: Desk, next_meeting: date | None = NEXT_MEETING) -> Desk:
    """The meeting was held and recorded, the teacher's part was ready before."""
    await with_a_meeting(desk)
    desk.on("2026-10-01")
    await desk.submits(DT, Section.ATTAINMENT)
    await desk.submits(DT, Section.TARGETS)
    await desk.on(MEETING, "16:00").does(DT, "record_meeting", **held_on(MEETING))
    if next_meeting:
        await desk.does(SW, "next_meeting", on=str(next_meeting))
    return desk


async def complete(desk: Desk, place: int = 0) -> Desk:
    """Everyone submits what that review still needs; a next meeting is set or there is none."""
    review = (await desk.reviews())[place]
    for part in parts_to_complete(review.plan, review.standing):
        if part.part == "next_meeting":
            await desk.does(SW, "next_meeting", none=True, reason="Leaves care.")
        else:
            await desk.submits(part.role, Section(part.part))
    return desk


async def signed(desk: Desk) -> Desk:
    await complete(await held(desk))
    await desk.does(SW, "sign")
    await desk.does(DT, "sign")
    return desk


async def in_force(desk: Desk) -> Desk:
    """The autumn's PEP was signed off and paid on 16 October."""
    await signed(desk)
    await desk.on("2026-10-16").does(VS, "sign_off")
    await desk.is_paid()
    assert (await desk.standing()).stage is Stage.IN_FORCE
    return desk


async def paid_in_the_ledger(desk: Desk, pence: int) -> None:
    """The ledger's side of the autumn's grant, which was paid."""
    plan = (await desk.reviews())[0].plan
    year, term = plan.term.academic_year, plan.term.name.value
    async with desk.database.transaction() as session:
        act = await sign_off_act(session, plan.review_id)
        urn = (await session.get_one(Case, plan.case_id)).school_urn
        of_the_term = GrantIntent("key", plan.case_id, plan.review_id, year, term, urn, pence, act)
        await intend(session, of_the_term, desk.clock.at)
        for state in (LedgerState.SENT, LedgerState.CONFIRMED):
            await mark(session, "key", state, desk.clock.at)

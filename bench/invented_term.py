"""A term of one child's plan, played through casework as people play it, as far as it is wanted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.invented_plan import content_of, meeting_held_on
from casework.clockwork import note_payment, open_when_due, pass_time
from casework.take import Casework
from contracts.clock import at_london
from contracts.people import Role
from contracts.review import Section
from rules.missing import parts_to_complete
from store.acts import sign_off_act
from store.cases import find_case, person_with
from store.clock import DatabaseClock
from store.database import Database
from store.grants import GrantIntent, LedgerState, intend, mark
from store.reviews import KeptReview, reviews_of
from store.tables import Case, CaseRole, Person

SW, DT, VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL
OFFICER = "officer@council.example"
_ASKED = ("carer", "parent", "young_person", "professional")


class SetClock:
    """Stands where it is set. It asks the database all the same, as the real one does: a page costs that too."""

    def __init__(self, database: Database, at: datetime) -> None:
        self._real = DatabaseClock(database)
        self.at = at

    async def now(self) -> datetime:
        await self._real.now()
        return self.at


@dataclass(frozen=True, slots=True)
class Days:
    """When things happen in a term. None of them lies in a holiday of bench/invented_years.py."""

    opens: date
    prepares: date
    meets: date
    completes: date
    ends: date
    next_meeting: date


class Child:
    """One child's plan, moved on by the acts of everybody around it."""

    def __init__(self, database: Database, clock: SetClock, ref: str) -> None:
        self._database, self._clock, self._ref = database, clock, ref
        self._casework = Casework(database, clock)

    async def opens(self, term: str, days: Days) -> None:
        await self._passes(days.opens)
        async with self._database.transaction() as session:
            await open_when_due(session, (await self._case(session)).id, term, self._clock.at)

    async def prepares(self, days: Days) -> None:
        """A date, everybody is asked, and the teacher's part before the meeting."""
        await self._passes(days.opens + timedelta(days=1))
        arranged = (await self._review()).standing.meeting_on
        if arranged is None:
            await self._does(SW, "arrange_meeting", on=str(days.meets), time="14:00", place="Room 3")
        elif arranged != days.meets:
            await self._does(SW, "move_meeting", on=str(days.meets), reason="The school asked for another day.")
        await self._does(DT, "agree_date", agreed=True)
        for kind in _ASKED:
            await self._does(SW, "invite", kind=kind, name="Invented", email=f"{kind}@home.example")
        await self._passes(days.prepares)
        if (await self._review()).plan.follows_a_pep:
            await self._submits(DT, Section.PREVIOUS_TARGETS, days)
        for section in (Section.ATTAINMENT, Section.TARGETS):
            await self._submits(DT, section, days)
            await self._submits(DT, section, days)  # most people come back to it once

    async def does_not_meet(self, days: Days) -> None:
        """The day that was set last term passes; another is looked for."""
        await self._passes(days.meets)
        await self._does(SW, "record_meeting", held=False, reason="The child was ill.")

    async def meets(self, days: Days) -> None:
        await self._passes(days.meets, hour=16)
        await self._does(DT, "record_meeting", **meeting_held_on(days.meets))

    async def completes(self, days: Days) -> None:
        await self._passes(days.completes)
        review = await self._review()
        for part in parts_to_complete(review.plan, review.standing):
            if part.part == "next_meeting":
                await self._does(SW, "next_meeting", on=str(days.next_meeting))
            else:
                await self._submits(part.role, Section(part.part), days)

    async def signs(self, *roles: Role) -> None:
        for role in roles:
            await self._does(role, "sign")

    async def ends(self, days: Days, action: str, **fields: Any) -> None:
        """What the Virtual School does with it."""
        await self._passes(days.ends)
        await self._does(VS, action, **fields)

    async def is_paid(self) -> None:
        async with self._database.transaction() as session:
            case, review = await self._case(session), await self._review()
            plan, key = review.plan, f"key-{review.plan.review_id}"
            year, name = plan.term.academic_year, plan.term.name.value
            act = await sign_off_act(session, plan.review_id)
            grant = GrantIntent(
                key, case.id, plan.review_id, year, name, case.school_urn, review.standing.grant_pence, act
            )
            await intend(session, grant, self._clock.at)
            for state in (LedgerState.SENT, LedgerState.CONFIRMED):
                await mark(session, key, state, self._clock.at)
        async with self._database.transaction() as session:
            await note_payment(session, plan.review_id, key, self._clock.at)

    async def _passes(self, day: date, hour: int = 10) -> None:
        """The clock of every review that is open has its turn on the days until then: its letters are written."""
        until = at_london(day, time(hour)).astimezone(UTC)
        while self._clock.at < until:
            self._clock.at = min(until, self._clock.at + timedelta(days=7))
            async with self._database.transaction() as session:
                reviews = await reviews_of(session, (await self._case(session)).id, open_only=True)
            for review in reviews:
                async with self._database.transaction() as session:
                    await pass_time(session, review.plan.review_id, self._clock.at)

    async def _submits(self, role: Role, section: Section, days: Days) -> None:
        await self._does(role, "submit", section=section.value, content=content_of(section, days.meets))

    async def _does(self, role: Role, action: str, **fields: Any) -> None:
        person = await self._person(role)
        answer = await self._casework.take(self._ref, {"action": action, "by": role, **fields}, person_id=person)
        if not answer.accepted:
            raise RuntimeError(f"{action} was refused: {answer.findings}")

    async def _person(self, role: Role) -> int:
        async with self._database.transaction() as session:
            if role is VS:
                return await person_with(session, OFFICER)
            query = select(Person.id).join(CaseRole, CaseRole.person_id == Person.id)
            case = await self._case(session)
            return (await session.scalars(query.where(CaseRole.case_id == case.id, CaseRole.role == role))).one()

    async def _review(self) -> KeptReview:
        """The newest."""
        async with self._database.transaction() as session:
            return (await reviews_of(session, (await self._case(session)).id))[-1]

    async def _case(self, session: AsyncSession) -> Case:
        case = await find_case(session, self._ref)
        if case is None:
            raise RuntimeError("the roll has no such child")
        return case

"""Releasing the grant: after the Virtual School's sign-off, once, and by nothing else (PROCESS.md A8)."""

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.finance import FinanceSystem, PaymentDiffers, payment_key
from activities.grant_release import release
from activities.paying import OnHold
from casework.clockwork import note_payment
from contracts.activities import GrantActivities, StepTaken
from contracts.clock import Clock
from contracts.errors import Fault
from contracts.policy import GrantOnMove
from contracts.review import ReviewPlan
from rules.grant import term_cap
from store.acts import sign_off_act
from store.cases import lock_case
from store.database import Database
from store.events import add_event, has_event
from store.grants import GrantError, GrantIntent, LedgerState, find
from store.reviews import get_review, school_of_meeting
from store.tables import Case

_FAULTS = {
    LedgerState.FAILED: Fault.FINANCE_REFUSED,
    LedgerState.UNKNOWN: Fault.FINANCE_UNKNOWN,
    LedgerState.REVERSED: Fault.RECORD_DISAGREES,
}


_DECISION = "grant_school"
"""The line of the history that says by which policy one of two schools is paid."""


class Grants(GrantActivities):
    """Built by the worker with the ledger's database and the authority's finance system."""

    def __init__(self, database: Database, clock: Clock, finance: FinanceSystem) -> None:
        self._database = database
        self._clock = clock
        self._finance = finance

    @activity.defn(name="release_grant")
    async def release_grant(self, review_id: str) -> StepTaken:
        """Pay what was agreed, signed and signed off, and note it on the case.

        Raises ApplicationError with a `Fault` while finance refuses, or while nobody can say whether it paid: the
        next attempt looks it up by its key before anything is sent again.
        """
        intent, case_ref = await self._intent(review_id)
        try:
            state = await release(self._database, self._clock, self._finance, intent, case_ref)
        except (GrantError, PaymentDiffers) as error:
            raise ApplicationError("the ledger rules this out", type=Fault.RECORD_DISAGREES) from error
        except OnHold as error:
            raise ApplicationError("the case is on hold", type=Fault.ON_HOLD) from error
        if state in _FAULTS:
            raise ApplicationError("the grant is not released yet", type=_FAULTS[state])
        now = await self._clock.now()
        async with self._database.transaction() as session:
            paid = await find(session, intent.case_id, intent.academic_year, intent.term)
            return await note_payment(session, review_id, paid.key if paid else intent.key, now)

    async def _school(self, session: AsyncSession, case: Case, plan: ReviewPlan) -> str:
        """The school that is paid: by policy where the child has moved since the meeting.

        A child who has lost the place since the sign-off has moved nowhere.
        """
        of_the_meeting = await school_of_meeting(session, plan.review_id) or case.school_urn
        if of_the_meeting == case.school_urn or not case.has_school_place:
            return of_the_meeting
        word = plan.policy.grant_on_move
        if not await has_event(session, plan.review_id, _DECISION):
            now = await self._clock.now()
            add_event(session, case.id, plan.review_id, now, _DECISION, "clock", grant_on_move=word.value)
        return of_the_meeting if word is GrantOnMove.STAYS else case.school_urn

    async def _intent(self, review_id: str) -> tuple[GrantIntent, str]:
        """What is to be paid, and the case's reference. What was begun keeps its key and its school, wherever the child
        has moved since: an attempt is about that payment."""
        async with self._database.transaction() as session:
            review = await get_review(session, review_id)
            if review is None:
                raise ApplicationError("no such review", type=Fault.CASE_NOT_FOUND)
            plan, term = review.plan, review.plan.term
            case = await lock_case(session, plan.case_id)
            begun = await find(session, case.id, term.academic_year, term.name)
            intent = GrantIntent(
                key=begun.key if begun else payment_key(case.ref, term.academic_year, term.name),
                case_id=case.id,
                review_id=review_id,
                academic_year=term.academic_year,
                term=term.name,
                school_urn=begun.school_urn if begun else await self._school(session, case, plan),
                pence=review.standing.grant_pence,
                cap_pence=term_cap(plan),
                year_cap_pence=plan.policy.year_cap_pence,
                signed_off_by_act=await sign_off_act(session, review_id),
            )
            return intent, case.ref

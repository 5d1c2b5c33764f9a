"""Starting workflows from what PostgreSQL has: the first time, after they were lost, or all of them at once."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts.funding import Decision, FundingRun
from contracts.ids import cycle_workflow_id, funding_workflow_id, review_workflow_id
from contracts.messages import CycleRun, Opening, ReviewRun
from contracts.search import PepKind, search_attributes
from store.cases import case_with_id, cases_in_care
from store.database import Database
from store.funding import get_application, open_applications
from store.messages import last_numbers
from store.money_tables import FundingRow
from store.reviews import KeptReview, get_review, open_reviews
from store.tables import Case
from workflows.funding_application import FundingApplication
from workflows.pep_cycle import PepCycle
from workflows.pep_review import PepReview

PATIENCE = timedelta(seconds=4)
_CYCLE, _REVIEW, _FUNDING = cycle_workflow_id(""), review_workflow_id(""), funding_workflow_id("")
_AT_ONCE = 20
"""Starts under way at the same time in a rebuild."""


class Starter:
    """Starts cycles, reviews and applications; starting one that runs changes nothing.

    `clock_shift` is 0 but in a rehearsal.
    """

    def __init__(self, client: Client, task_queue: str, clock_shift: float = 0.0) -> None:
        self._client = client
        self._task_queue = task_queue
        self._clock_shift = clock_shift

    async def restart(self, session: AsyncSession, workflow_id: str, heard: int) -> None:
        """Start a workflow that Temporal does not know, with everything that it would have been told by now."""
        if workflow_id.startswith(_CYCLE):
            await self._start_cycle(await case_with_id(session, workflow_id.removeprefix(_CYCLE)), heard)
            return
        if workflow_id.startswith(_FUNDING):
            application = await get_application(session, workflow_id.removeprefix(_FUNDING))
            if application is not None:
                await self._start_funding(application, heard)
            return
        review = await get_review(session, workflow_id.removeprefix(_REVIEW))
        if review is not None:
            await self.start_review(review, heard)

    async def rebuild(self, database: Database) -> int:
        """Start every workflow that should be open; gives how many there are. For an empty Temporal database."""
        async with database.transaction() as session:
            reviews, cases = await open_reviews(session), await cases_in_care(session)
            applications = await open_applications(session)
            heard = await last_numbers(session)
        starts = [self.start_review(one, heard.get(review_workflow_id(one.plan.review_id), 0)) for one in reviews]
        starts += [self._start_cycle(case, heard.get(cycle_workflow_id(case.id), 0)) for case in cases]
        starts += [self._start_funding(one, heard.get(funding_workflow_id(one.id), 0)) for one in applications]
        at_once = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(_within(at_once, start) for start in starts))
        return len(starts)

    async def start_review(self, review: KeptReview, heard: int = 0) -> None:
        """Start a review's workflow with how it stands in the record."""
        plan = review.plan
        with suppress(WorkflowAlreadyStartedError):  # it has ended since the record was read
            await self._client.start_workflow(
                PepReview.run,
                ReviewRun(plan, review.standing, heard, self._clock_shift),
                id=review_workflow_id(plan.review_id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                search_attributes=search_attributes(plan.case_id, PepKind.REVIEW, plan.term.key),
                rpc_timeout=PATIENCE,
            )

    async def _start_cycle(self, case: Case, heard: int) -> None:
        opening = Opening(case.opens_term, case.opens_at) if case.opens_term and case.opens_at else None
        await self._client.start_workflow(
            PepCycle.run,
            CycleRun(case.id, opening, heard, case.in_care, self._clock_shift),
            id=cycle_workflow_id(case.id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=search_attributes(case.id, PepKind.CYCLE),
            rpc_timeout=PATIENCE,
        )

    async def _start_funding(self, application: FundingRow, heard: int) -> None:
        decision = Decision(application.decision) if application.decision else None
        with suppress(WorkflowAlreadyStartedError):  # it has ended since the record was read
            await self._client.start_workflow(
                FundingApplication.run,
                FundingRun(application.id, application.decide_by, decision, heard, self._clock_shift),
                id=funding_workflow_id(application.id),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                search_attributes=search_attributes(application.case_id, PepKind.FUNDING),
                rpc_timeout=PATIENCE,
            )


async def _within(at_once: asyncio.Semaphore, start: Coroutine[None, None, None]) -> None:
    async with at_once:
        await start

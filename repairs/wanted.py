"""Whether the record wants a workflow to run. What it wants is started anew; only what it does not want is ended."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.ids import cycle_workflow_id, funding_workflow_id, review_workflow_id
from contracts.review import FINAL
from store.funding import open_applications
from store.repairables import cases_of
from store.reviews import get_review

_CYCLE, _REVIEW, _FUNDING = cycle_workflow_id(""), review_workflow_id(""), funding_workflow_id("")


async def is_wanted(session: AsyncSession, workflow_id: str) -> bool:
    """A child in care has a cycle, a review that is not over its process, an application the same."""
    if workflow_id.startswith(_CYCLE):
        case_id = workflow_id.removeprefix(_CYCLE)
        case = (await cases_of(session, [case_id])).get(case_id)
        return case is not None and case.in_care
    if workflow_id.startswith(_FUNDING):
        wanted = await open_applications(session)
        return workflow_id.removeprefix(_FUNDING) in {one.id for one in wanted}
    review = await get_review(session, workflow_id.removeprefix(_REVIEW))
    return review is not None and review.standing.stage not in FINAL

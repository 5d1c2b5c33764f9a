"""What is needed to look at the meeting dates of many children at once, in one query."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import Role
from contracts.review import FINAL, ReviewPlan, Standing
from store.forms import plan_from_json, standing_from_json
from store.tables import Case, CaseRole, Review


@dataclass(frozen=True, slots=True)
class RunningReview:
    """A review that is not over, of a child in care, with the child's reference and school."""

    child: str
    school_urn: str
    plan: ReviewPlan
    standing: Standing


async def running_reviews(session: AsyncSession, manager: int | None = None) -> list[RunningReview]:
    """The authority's, in the order of references and terms; with `manager` those of that team manager's cases."""
    query = select(Case.ref, Case.school_urn, Review.plan, Review.standing).join(Review, Review.case_id == Case.id)
    query = query.where(Case.in_care, Review.stage.not_in(FINAL)).order_by(Case.ref, Review.ends_on)
    if manager is not None:
        query = query.where(
            exists().where(
                CaseRole.case_id == Case.id, CaseRole.person_id == manager, CaseRole.role == Role.TEAM_MANAGER
            )
        )
    rows = (await session.execute(query)).all()
    return [
        RunningReview(ref, urn, plan_from_json(plan), standing_from_json(standing)) for ref, urn, plan, standing in rows
    ]

"""What the academic year's cap leaves for the grant of one review (PROCESS.md M5)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import Stage
from rules.grant import brings_no_more
from store.grants import find, taken_of_the_year
from store.reviews import KeptReview


async def year_remainder(session: AsyncSession, review: KeptReview, reviews: Sequence[KeptReview]) -> int | None:
    """Pence that are left now. The plan's own number is from the day on which the review opened, and the last term's
    grant may have been released since.

    None for a plan that was paid or kept and is opened again: it never brings more.
    """
    plan, year = review.plan, review.plan.term.academic_year
    if brings_no_more(review.standing):
        return None
    spent = await taken_of_the_year(session, plan.case_id, year)
    for other in reviews:
        is_on_its_way = other.standing.stage is Stage.PAYING and other.plan.term.academic_year == year
        if is_on_its_way and await find(session, plan.case_id, year, other.plan.term.name) is None:
            spent += other.standing.grant_pence
    return max(0, plan.policy.year_cap_pence - spent)

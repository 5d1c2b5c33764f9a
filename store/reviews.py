"""Reviews: the plan and the standing of each term, and what was written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import FINAL, ReviewPlan, Standing
from store.forms import plan_from_json, plan_to_json, standing_from_json, standing_to_json
from store.tables import Case, Review, SectionRevision


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review as it is kept."""

    plan: ReviewPlan
    standing: Standing


async def add_review(session: AsyncSession, plan: ReviewPlan, standing: Standing, wake_at: datetime | None) -> None:
    """A review that opens. `wake_at` is when its clock next has something to do."""
    session.add(
        Review(
            id=plan.review_id,
            case_id=plan.case_id,
            academic_year=plan.term.academic_year,
            term=plan.term.name,
            ends_on=plan.term.last_day,
            plan=plan_to_json(plan),
            standing=standing_to_json(standing),
            stage=standing.stage,
            wake_at=wake_at,
        )
    )
    await session.flush()


async def keep_standing(session: AsyncSession, plan: ReviewPlan, standing: Standing, wake_at: datetime | None) -> None:
    """How a review stands now. The caller holds the case's lock."""
    row = await session.get_one(Review, plan.review_id)
    row.standing = standing_to_json(standing)
    row.stage = standing.stage
    row.wake_at = wake_at


async def get_review(session: AsyncSession, review_id: str) -> KeptReview | None:
    row = await session.get(Review, review_id, populate_existing=True)
    return _kept(row) if row else None


async def reviews_of(session: AsyncSession, case_id: str, *, open_only: bool = False) -> list[KeptReview]:
    """A case's reviews, the oldest term first."""
    query = select(Review).where(Review.case_id == case_id).order_by(Review.ends_on)
    if open_only:
        query = query.where(Review.stage.not_in(FINAL))
    rows = (await session.execute(query.execution_options(populate_existing=True))).scalars()
    return [_kept(row) for row in rows]


async def open_reviews(session: AsyncSession) -> list[KeptReview]:
    """Every review that is not over."""
    query = select(Review).where(Review.stage.not_in(FINAL)).order_by(Review.id)
    return [_kept(row) for row in (await session.execute(query)).scalars()]


async def lock_review(session: AsyncSession, review_id: str) -> tuple[Case, KeptReview]:
    """A review under its case's lock: acts and the clock change a case in turn. NoResultFound without it."""
    case_of = select(Case).join(Review, Review.case_id == Case.id).where(Review.id == review_id)
    locked = case_of.with_for_update(of=Case).execution_options(populate_existing=True)
    case = (await session.execute(locked)).scalar_one()
    return case, _kept(await session.get_one(Review, review_id, populate_existing=True))


async def review_ids(session: AsyncSession) -> list[str]:
    """Every review there is, over or not."""
    return list((await session.execute(select(Review.id).order_by(Review.id))).scalars())


async def changes_of_open_reviews(session: AsyncSession) -> list[tuple[str, str, int]]:
    """The reference, id and count of changes of every review that is not over, in order of the reference."""
    changes = Review.standing["changes"].as_integer()
    query = select(Case.ref, Review.id, changes).join(Case, Case.id == Review.case_id)
    query = query.where(Review.stage.not_in(FINAL)).order_by(Case.ref, Review.ends_on)
    return [(ref, review_id, count) for ref, review_id, count in (await session.execute(query)).all()]


def add_section(
    session: AsyncSession, plan: ReviewPlan, part: dict[str, Any], revision: int, written_at: datetime
) -> None:
    """Keep what was written: every version, with who wrote it. `part` names section, role, act_id and content."""
    session.add(SectionRevision(review_id=plan.review_id, revision=revision, written_at=written_at, **part))


def _kept(row: Review) -> KeptReview:
    return KeptReview(plan_from_json(row.plan), standing_from_json(row.standing))

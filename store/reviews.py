"""Reviews: the plan and the standing of each term, and what was written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, bindparam, case, cast, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.review import FINAL, ReviewPlan, Standing
from store.forms import plan_from_text, plan_to_json, standing_from_text, standing_to_json
from store.tables import Authority, Case, Review, School, SectionRevision


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review as it is kept."""

    plan: ReviewPlan
    standing: Standing


_ROW, _CASE = Review.__table__.c, Case.__table__.c
_TEXTS = (cast(_ROW.plan, Text), cast(_ROW.standing, Text))
"""A review is read as two texts, not as a row that the session keeps: what was read before is not read again."""
_ONE = select(*_TEXTS).where(_ROW.id == bindparam("review_id"))
_OF_CASE = select(*_TEXTS).where(_ROW.case_id == bindparam("case_id")).order_by(_ROW.ends_on)
_OPEN_OF_CASE = _OF_CASE.where(_ROW.stage.not_in(FINAL))
_CHANGES = (
    select(_CASE.ref, _ROW.id, _ROW.standing["changes"].as_integer())
    .join_from(Review.__table__, Case.__table__)
    .where(_ROW.stage.not_in(FINAL))
    .order_by(_CASE.ref, _ROW.ends_on)
)
_CASE_OF_REVIEW = (
    select(Case)
    .join(Review, Review.case_id == Case.id)
    .where(Review.id == bindparam("review_id"))
    .with_for_update(of=Case)
    .execution_options(populate_existing=True)
)
_STANDS = (
    update(Review.__table__)  # type: ignore[arg-type]
    .where(Review.id == bindparam("review_id"))
    .values(standing=bindparam("now"), stage=bindparam("reached"), wake_at=bindparam("wakes"))
)
_WITH_AUTHORITY = (
    select(*_TEXTS, Case, Authority)
    .join(Case, Case.id == Review.case_id)
    .join(Authority, true())
    .where(Review.id == bindparam("review_id"))
)
_COUNTED = (
    select(
        Case.team,
        case((Case.has_school_place, School.urn)),
        case((Case.has_school_place, School.calendar != Authority.calendar)),
    )
    .join(School, School.urn == Case.school_urn)
    .outerjoin(Authority, true())
    .where(Case.id == bindparam("case_id"))
)
"""Out of area is as the list has it (casework/listing.py); not known without a place or the authority's term dates."""
_STORE_SECTION = insert(SectionRevision.__table__).inline()  # type: ignore[arg-type]
"""Read and kept at every act and step: built once, as building a query costs as much as running it."""


async def add_review(session: AsyncSession, plan: ReviewPlan, standing: Standing, wake_at: datetime | None) -> None:
    """A review that opens, counted where its child is now. `wake_at` is when its clock next has something to do."""
    team, school_urn, out_of_area = (await session.execute(_COUNTED, {"case_id": plan.case_id})).one()
    await session.execute(
        insert(Review).values(
            id=plan.review_id,
            case_id=plan.case_id,
            academic_year=plan.term.academic_year,
            term=plan.term.name,
            ends_on=plan.term.last_day,
            plan=plan_to_json(plan),
            standing=standing_to_json(standing),
            stage=standing.stage,
            wake_at=wake_at,
            reported_team=team,
            reported_school_urn=school_urn,
            reported_out_of_area=out_of_area,
        )
    )


async def keep_standing(session: AsyncSession, plan: ReviewPlan, standing: Standing, wake_at: datetime | None) -> None:
    """How a review stands now. The caller holds the case's lock."""
    stands = {"now": standing_to_json(standing), "reached": standing.stage, "wakes": wake_at}
    await session.execute(_STANDS, {"review_id": plan.review_id, **stands})


async def keep_plan(session: AsyncSession, plan: ReviewPlan) -> None:
    """A new version of a plan. The caller holds the case's lock."""
    await _change(session, plan.review_id, plan=plan_to_json(plan), ends_on=plan.term.last_day)


async def note_school(session: AsyncSession, review_id: str, school_urn: str | None) -> None:
    """The school at which a review's meeting was held; None where the child had no place."""
    await _change(session, review_id, school_urn=school_urn)


async def school_of_meeting(session: AsyncSession, review_id: str) -> str | None:
    """The school at which a review's meeting was held; None before it, without a place, or for an older release."""
    return (await session.execute(select(Review.school_urn).where(Review.id == review_id))).scalar_one()


async def get_review(session: AsyncSession, review_id: str) -> KeptReview | None:
    row = (await session.execute(_ONE, {"review_id": review_id})).one_or_none()
    return _kept(*row) if row else None


async def review_to_write_about(session: AsyncSession, review_id: str) -> tuple[KeptReview, Case, Authority] | None:
    """A review, its case and the authority, which letters are written from; None where one of them is not there."""
    row = (await session.execute(_WITH_AUTHORITY, {"review_id": review_id})).one_or_none()
    return (_kept(row[0], row[1]), row[2], row[3]) if row else None


async def reviews_of(session: AsyncSession, case_id: str, *, open_only: bool = False) -> list[KeptReview]:
    """A case's reviews, the oldest term first."""
    query = _OPEN_OF_CASE if open_only else _OF_CASE
    return [_kept(*row) for row in (await session.execute(query, {"case_id": case_id})).all()]


async def open_reviews(session: AsyncSession) -> list[KeptReview]:
    """Every review that is not over."""
    query = select(*_TEXTS).where(Review.stage.not_in(FINAL)).order_by(Review.id)
    return [_kept(*row) for row in (await session.execute(query)).all()]


async def lock_review(session: AsyncSession, review_id: str) -> tuple[Case, KeptReview]:
    """A review under its case's lock: acts and the clock change a case in turn. NoResultFound without it."""
    case = (await session.execute(_CASE_OF_REVIEW, {"review_id": review_id})).scalar_one()
    # Only now: a row that was joined to the lock may be from before the wait for it.
    return case, _kept(*(await session.execute(_ONE, {"review_id": review_id})).one())


async def review_ids(session: AsyncSession) -> list[str]:
    """Every review there is, over or not."""
    return list((await session.execute(select(Review.id).order_by(Review.id))).scalars())


async def changes_of_open_reviews(session: AsyncSession) -> list[tuple[str, str, int]]:
    """The reference, id and count of changes of every review that is not over, in order of the reference."""
    return [(ref, review_id, count) for ref, review_id, count in (await session.execute(_CHANGES)).all()]


async def add_section(
    session: AsyncSession, plan: ReviewPlan, part: dict[str, Any], revision: int, written_at: datetime
) -> None:
    """Keep what was written: every version, with who wrote it. `part` names section, role, act_id and content."""
    row = {"review_id": plan.review_id, "revision": revision, "written_at": written_at, **part}
    await session.execute(_STORE_SECTION, row)


async def _change(session: AsyncSession, review_id: str, **values: Any) -> None:
    query = update(Review).where(Review.id == review_id).values(**values)
    await session.execute(query, execution_options={"synchronize_session": False})


def texts_of_reviews() -> Select[str, str]:
    """Plans and standings as texts, for queries about many; `kept_from_texts` reads them."""
    return select(*_TEXTS)


def kept_from_texts(plan: str, standing: str) -> KeptReview:
    """A review from its two texts."""
    return _kept(plan, standing)


def _kept(plan: str, standing: str) -> KeptReview:
    return KeptReview(plan_from_text(plan), standing_from_text(standing))

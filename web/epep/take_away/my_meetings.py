"""The meetings of a person's cases, for their own calendar."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy.ext.asyncio import AsyncSession

from casework.meeting_event import MeetingEvent, uid_of
from contracts.people import Role
from contracts.review import Stage
from store.acts import meeting_places
from store.caseload import SeenCase
from store.reviews import KeptReview
from web.api.eyes import sees_names
from web.epep.take_away.my_list import every_case

_NO_MEETINGS = frozenset({Role.FINANCE})
"""Meetings belong to the plan, which finance does not see."""


async def my_meetings(session: AsyncSession, person_id: int, site_url: str) -> list[MeetingEvent]:
    """Every arranged or held meeting of the reviews that the person's cases can still show.

    The place is in it only for who sees what people wrote, and never where the child's address is restricted.
    """
    seen = [one for one in await every_case(session, person_id) if one.roles - _NO_MEETINGS]
    told = [one.plan.review_id for case in seen if _may_tell_where(case) for one in case.reviews]
    places = await meeting_places(session, told) if told else {}
    return [_event(case, review, places, site_url) for case in seen for review in case.reviews if _has_a_day(review)]


def _has_a_day(review: KeptReview) -> bool:
    standing = review.standing
    return standing.meeting_on is not None and not standing.without_meeting and standing.stage is not Stage.MISSED


def _may_tell_where(seen: SeenCase) -> bool:
    return sees_names(seen.roles) and not seen.case.address_restricted


def _event(seen: SeenCase, review: KeptReview, places: Mapping[str, str | None], site_url: str) -> MeetingEvent:
    standing, ref = review.standing, seen.case.ref
    if standing.meeting_on is None:
        raise ValueError("a review without a date has no entry")
    return MeetingEvent(
        uid=uid_of(review.plan.review_id),
        sequence=standing.meeting_sequence,
        on=standing.meeting_on,
        at=time.fromisoformat(standing.meeting_time) if standing.meeting_time else None,
        place=places.get(review.plan.review_id),
        case_reference=ref,
        sign_in_link=f"{site_url}/cases/{ref}",
        stamp=standing.invited_at or standing.since,
    )

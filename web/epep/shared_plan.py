"""A plan as carer, young person and IRO see it: what rules/sharing.py shares with them, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.plan_view import NoSuchPlan, plan_object
from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, FINAL, Section
from rules.meeting import is_to_come
from rules.sections import parties
from rules.sharing import Share, share_of
from store.acts import meeting_place
from store.attendees import attendees_of
from web.epep.aims import Aims, aims_of
from web.epep.desk import Desk

_ASKED_AS = {Role.CARER: frozenset({"carer", "parent"}), Role.YOUNG_PERSON: frozenset({"young_person"})}
"""As what somebody is invited whose own page this is."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting of the plan that the case shows."""

    on: date | None
    time: str | None
    place: str | None
    held_on: date | None
    to_come: bool
    next_on: date | None
    who: tuple[Role, ...]
    """The two parties, who come to every meeting."""
    invited: bool
    """Whether the reader is asked to come."""
    answer: str | None


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """What one of them reads. Days are London dates."""

    plan: dict[str, Any] | None
    """As casework/plan_view.py has it; None before the first plan."""
    meeting: Meeting | None
    aims: Aims
    targets: list[dict[str, Any]]
    """This plan's, or the last one's while these are not ready."""
    are_of_the_last_plan: bool
    agreed: bool
    """Whether the reader has agreed to the targets as they are now."""
    may_speak: bool
    """Whether views are still taken: there is a plan, and it is not over."""


async def shared_plan(desk: Desk, readers: Collection[Role]) -> SharedPlan:
    """What is shared with these roles, whoever else is looking at the screen."""
    share = share_of(readers)
    try:
        plan = await plan_object(desk.session, desk.case, share, desk.now)
    except NoSuchPlan:
        return SharedPlan(None, None, Aims(), [], are_of_the_last_plan=False, agreed=False, may_speak=False)
    own = [one["target"] for one in plan["targets"] or ()]
    last = plan["last_plan"]
    aims = await aims_of(desk, desk.review, share)
    return SharedPlan(
        plan,
        await _meeting(desk, readers),
        aims,
        own or ([one["target"] for one in last["targets"]] if last else []),
        are_of_the_last_plan=bool(last) and not own,
        agreed=_has_agreed(plan, aims, share),
        may_speak=desk.standing.stage not in FINAL,
    )


async def _meeting(desk: Desk, readers: Collection[Role]) -> Meeting:
    plan, standing = desk.plan, desk.standing
    asked = frozenset[str]().union(*(_ASKED_AS.get(role, frozenset()) for role in readers))
    own = [one for one in await attendees_of(desk.session, plan.review_id) if one.kind in asked]
    comes = is_to_come(standing, desk.now)
    return Meeting(
        on=standing.meeting_on,
        time=standing.meeting_time,
        place=await meeting_place(desk.session, plan.review_id) if comes else None,
        held_on=None if standing.without_meeting else standing.held_on,
        to_come=comes,
        next_on=standing.next_meeting_on,
        who=parties(plan),
        invited=bool(own) and comes and standing.stage in BEFORE_THE_MEETING,
        answer=next((one.answer for one in own if one.answer), None),
    )


def _has_agreed(plan: dict[str, Any], aims: Aims, share: Share) -> bool:
    """An agreement holds for the targets that it was given on."""
    if aims.at is None or Section.TARGETS not in share.sections:
        return False
    return any(
        one["kind"] == "agreement" and datetime.fromisoformat(one["at"]) >= aims.at.replace(microsecond=0)
        for one in plan["views"]
    )

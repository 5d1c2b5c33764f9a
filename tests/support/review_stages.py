"""The review of tests/support/reviews.py at each of its stages, reached by acts and days as in life."""

from collections.abc import Callable
from datetime import date
from typing import Any

from contracts.review import ReviewPlan, Section
from rules.missing import parts_to_complete
from tests.support.reviews import MEETING, NEXT_MEETING, SW, VS, Case, at, held_on, plan_of


def preparing(plan: ReviewPlan | None = None, meeting: date = MEETING) -> Case:
    """A date is arranged; it is the day after the term began."""
    case = Case(plan, at("2026-09-04"))
    case.does(SW, "arrange_meeting", on=str(meeting))
    return case


def prepared(plan: ReviewPlan | None = None) -> Case:
    """The designated teacher's part before the meeting is done."""
    case = preparing(plan).on("2026-10-01")
    if case.plan.follows_a_pep:
        case.submits(case.teacher, Section.PREVIOUS_TARGETS)
    case.submits(case.teacher, Section.ATTAINMENT)
    case.submits(case.teacher, Section.TARGETS)
    return case


def meeting_due(plan: ReviewPlan | None = None) -> Case:
    return prepared(plan).on(MEETING)


def completing(plan: ReviewPlan | None = None, **record: Any) -> Case:
    """The meeting was held and is recorded on its day."""
    case = meeting_due(plan)
    case.does(case.teacher, "record_meeting", **held_on(MEETING, **record))
    return case


def complete(case: Case) -> Case:
    """Everyone submits what is still theirs, and the next meeting is set."""
    for part in parts_to_complete(case.plan, case.standing):
        if part.part == "next_meeting":
            case.does(SW, "next_meeting", on=str(NEXT_MEETING))
        else:
            case.submits(part.role, Section(part.part))
    return case


def signing(plan: ReviewPlan | None = None, **record: Any) -> Case:
    """Complete two days after the meeting, and nobody has signed."""
    case = completing(plan, **record).on("2026-10-16")
    return complete(case)


def with_virtual_school(plan: ReviewPlan | None = None, **record: Any) -> Case:
    """Both parties signed on Friday 16 October."""
    case = signing(plan, **record)
    case.does(SW, "sign")
    case.does(case.teacher, "sign")
    return case


def returned(*parts: str, plan: ReviewPlan | None = None) -> Case:
    """The Virtual School returned parts on Monday 19 October."""
    case = with_virtual_school(plan).on("2026-10-19")
    case.does(VS, "return", parts=list(parts or ("targets",)), reasons="Target 2 has no measure.")
    return case


def signed_off(plan: ReviewPlan | None = None) -> Case:
    """The Virtual School signed off on Monday 19 October."""
    case = with_virtual_school(plan).on("2026-10-19")
    case.does(VS, "sign_off")
    return case


ALL_STAGES: dict[str, Callable[[], Case]] = {
    "waiting_for_date": Case,
    "preparing": preparing,
    "meeting_due": meeting_due,
    "completing": completing,
    "signing": signing,
    "virtual_school": with_virtual_school,
    "returned": returned,
    "paying": signed_off,
    "in_force": lambda: signed_off(plan_of(grant_eligible=False)),
}
"""A case at every stage that acts can reach."""

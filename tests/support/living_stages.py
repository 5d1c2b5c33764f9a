"""The review of tests/support/review_letters.py on its way, with the letters that were written so far."""

from contracts.review import ReviewPlan, Section
from rules.missing import parts_to_complete
from tests.support.review_letters import Living
from tests.support.reviews import MEETING, NEXT_MEETING, SW, at, held_on


def arranged(plan: ReviewPlan | None = None, meeting: str = str(MEETING)) -> Living:
    case = Living(plan, at("2026-09-03", "00:00")).on("2026-09-04")
    case.does(SW, "arrange_meeting", on=meeting)
    return case


def ready(case: Living) -> Living:
    case.submits(case.teacher, Section.ATTAINMENT)
    case.submits(case.teacher, Section.TARGETS)
    return case


def recorded(plan: ReviewPlan | None = None) -> Living:
    case = ready(arranged(plan)).on(MEETING, "16:00")
    case.does(case.teacher, "record_meeting", **held_on(MEETING))
    return case


def complete(case: Living) -> Living:
    for part in parts_to_complete(case.plan, case.standing):
        if part.part == "next_meeting":
            case.does(SW, "next_meeting", on=str(NEXT_MEETING))
        else:
            case.submits(part.role, Section(part.part))
    return case


def signed(case: Living) -> Living:
    case.does(SW, "sign")
    case.does(case.teacher, "sign")
    return case

"""What scripted people write: invented words that say plainly that they are."""

from datetime import date, timedelta
from typing import Any

from contracts.review import ReviewPlan, Section, Standing
from rules.grant import term_cap
from rules.sections import is_transition_stage
from rules.spans import after

_SUBJECTS = {1: "English", 2: "Maths", 3: "Friendships"}
_AIMS = {
    1: ("Read a chapter a day and retell it in three sentences", "four of five retellings are complete"),
    2: ("Answer the times tables to 12 in two minutes", "45 of 60 correct in the weekly quiz"),
    3: ("Join the lunchtime club and stay for all of it", "attends 8 of 10 sessions"),
}


def content_of(plan: ReviewPlan, standing: Standing, section: Section, today: date) -> dict[str, Any]:
    """A full and valid content for any section."""
    if section is Section.TARGETS:
        return {
            "targets": [_target(plan, number, standing.meeting_on or standing.held_on or today) for number in (1, 2, 3)]
        }
    if section is Section.GRANT:
        return {"lines": _lines(plan, standing)}
    if section is Section.PREVIOUS_TARGETS:
        return {"outcomes": [_outcome(number) for number in (1, 2, 3)]}
    return {"words": f"Invented for a rehearsal: {section.in_words}."}


def _target(plan: ReviewPlan, number: int, meeting: date) -> dict[str, Any]:
    what, measure = _AIMS[number]
    academic = number < 3
    covers = {1: ["homework"], 2: ["careers", *(["transition"] if is_transition_stage(plan) else [])]}
    return {
        "number": number,
        "kind": "academic" if academic else "social_emotional",
        "subject": _SUBJECTS[number],
        "what": what,
        "measure": measure,
        "by": (after(plan.calendar, meeting, plan.policy.target) - timedelta(days=14)).isoformat(),
        "who": "class teacher",
        "how_often": "twice a week",
        "strategies": [{"what": "small group work", "kind": "pupil_premium" if plan.grant_eligible else "school"}],
        "evidence": "the weekly quiz sheet",
        "drafted_with": ["class teacher"] if academic else [],
        "childs_words": "" if academic else "I want to have someone to sit with.",
        "covers": covers.get(number, []),
    }


def _lines(plan: ReviewPlan, standing: Standing) -> list[dict[str, Any]]:
    cap = term_cap(plan)
    agreed = cap if standing.grant_agreed_pence is None else standing.grant_agreed_pence
    budget = min(agreed, cap, plan.year_remainder_pence)
    tuition = budget * 7 // 10
    return [
        {"target": 1, "what": "one-to-one tuition", "pence": tuition},
        {"target": 2, "what": "maths workbooks and club fees", "pence": budget - tuition},
    ]


def _outcome(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "outcome": "met" if number == 1 else "partly",
        "impact": "Invented for a rehearsal: reads with more confidence.",
        "spent_pence": 15_000,
    }

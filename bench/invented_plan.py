"""What people write into a plan, at the length at which they write it. Invented, the same for every child."""

from datetime import date, timedelta
from typing import Any

from contracts.review import Section

_SENTENCES = (
    "Invented: settles quickly in small groups and asks for help when a task is broken into steps.",
    "Reads aloud to an adult three times a week and has begun to choose longer books.",
    "Finds the start of the day hard after contact, and is met at the gate by the same person.",
    "Works a year below what is expected in writing, and at what is expected in mathematics.",
    "The carer reports that homework is done at the kitchen table before tea, with the radio on.",
    "Attendance is 96 per cent; the missed days were two dentist's appointments and one cold.",
    "A speech and language assessment was asked for in March and is expected after half term.",
    "Says that the drama club is the best part of the week and would like to sing there.",
)
_LENGTH = 20
"""Sentences of a section: about 300 words."""


def content_of(section: Section, meeting: date) -> dict[str, Any]:
    """The content of a section that keeps every rule, for a review that meets on that day."""
    match section:
        case Section.TARGETS:
            return {"targets": [_target(number, meeting + timedelta(days=70)) for number in (1, 2, 3)]}
        case Section.GRANT:
            return {"lines": [_line(1, 25_000), _line(2, 15_000), _line(3, 5_000)]}
        case Section.PREVIOUS_TARGETS:
            return {"outcomes": [_outcome(number) for number in (1, 2, 3)]}
    return {"words": words(_LENGTH)}


def words(sentences: int) -> str:
    """So many sentences, in paragraphs of four."""
    chosen = [_SENTENCES[place % len(_SENTENCES)] for place in range(sentences)]
    return "\n\n".join(" ".join(chosen[start : start + 4]) for start in range(0, sentences, 4))


def meeting_held_on(day: date) -> dict[str, Any]:
    """The fields of a `record_meeting`."""
    actions = [
        {"what": _SENTENCES[place], "owner": owner, "by": str(day + timedelta(days=30))}
        for place, owner in enumerate(("the SENCO", "the carer", "the class teacher"))
    ]
    return {
        "held": True, "on": str(day), "confidential": True, "young_person": "joined_at_end",
        "targets_agreed": "agreed", "grant_agreed": True, "grant_pence": 45_000, "actions": actions,
    }  # fmt: skip


def _target(number: int, by: date) -> dict[str, Any]:
    academic = number < 3
    return {
        "number": number,
        "kind": "academic" if academic else "social_emotional",
        "subject": ("English", "Mathematics", "Friendships")[number - 1],
        "what": "Retell a chapter in the right order, with the names of the people in it and why they did it",
        "measure": "four of five retellings are complete on the class teacher's sheet",
        "by": str(by),
        "who": "class teacher and teaching assistant",
        "how_often": "twice a week for twenty minutes",
        "strategies": [
            {"what": words(1), "kind": "pupil_premium"},
            {"what": words(2), "kind": "school"},
            {"what": words(1), "kind": "virtual_school"},
        ],
        "evidence": "the weekly sheet, two pieces of writing and the reading test at the end of term",
        "drafted_with": ["class teacher", "SENCO"] if academic else [],
        "childs_words": "I want somebody to sit with at lunch who likes the same books.",
        "covers": ["homework", "careers", "transition"] if academic else [],
    }


def _line(target: int, pence: int) -> dict[str, Any]:
    return {"target": target, "what": "One-to-one tuition after school, ten sessions of an hour", "pence": pence}


def _outcome(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "outcome": ("met", "partly", "not_met")[number - 1],
        "impact": words(4),
        "spent_pence": (25_000, 12_000, 5_000)[number - 1],
        "virtual_school_impact": words(1),
    }

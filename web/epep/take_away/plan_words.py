"""How a printed plan words what the plan object holds: days, people, answers, and whose a section is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from contracts.clock import in_words
from contracts.people import BOTH_PARTIES, Role
from contracts.review import Section
from rules.sections import owners
from web.look.words import moment

_SAID = {
    "met": "met",
    "partly": "partly met",
    "not_met": "not met",
    "school": "the school",
    "pupil_premium": "Pupil Premium Grant",
    "virtual_school": "the Virtual School",
    "academic": "academic",
    "social_emotional": "social or emotional",
    "attended": "took part in the meeting",
    "joined_at_end": "joined at the end",
    "met_before": "was met before the meeting",
    "did_not_take_part": "did not take part",
    "agreed": "agreed",
    "redefined": "re-defined",
    "submitted": "submitted",
    "not_checked": "a draft that the designated teacher has not checked",
    "to_be_written_again": "to be written again after the meeting",
    "returned": "returned by the Virtual School to be put right",
    "views": "their views",
    "agreement": "their agreement",
    "voice": "what the child said to others",
}


def said(value: Any) -> str:
    """A value of the plan object in words: yes and no, a choice, a list, or the text itself. Nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{label(name)}: {said(inner)}" for name, inner in value.items())
    return _SAID.get(str(value), str(value))


def label(name: str) -> str:
    """A field's name as a heading has it: `how_often` is `How often`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def day(given: str | None) -> str:
    """An ISO date as people write it; nothing for null."""
    return in_words(date.fromisoformat(given)) if given else ""


def at(given: str) -> str:
    """An ISO instant as people write it, in London time."""
    return moment(datetime.fromisoformat(given))


def author(done: Mapping[str, Any]) -> str:
    """Who did something, with the name where it is shared: `designated teacher (Ola Hart)`."""
    role = Role(done["role"]).in_words
    return f"{role} ({done['name']})" if done.get("name") else role


def colour(section: Section) -> str:
    """Red is the designated teacher's, blue the social worker's, purple both parties' (PROCESS.md A2)."""
    whose = owners(section)
    if whose == BOTH_PARTIES:
        return "purple"
    return "blue" if whose == (Role.SOCIAL_WORKER,) else "red"


def whose(section: Section) -> str:
    """The same in words: `Blue section: the social worker's.`"""
    names = {"red": "the designated teacher's", "blue": "the social worker's"}
    both = "the social worker's and the designated teacher's"
    tone = colour(section)
    return f"{tone.capitalize()} section: {names.get(tone, both)}."


def title(section: Section) -> str:
    """A section's name as a heading."""
    return label(section.in_words)

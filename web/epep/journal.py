"""The history of a review in plain sentences: what happened when, and who did it by role; no words of anybody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from contracts.people import Role
from contracts.review import Section, Stage
from rules.grant import pounds
from rules.ladder import Kind
from rules.letter_words import LETTERS, reader_in_words
from rules.wording import STAGES
from store.events import Event
from web.look.words import isoday

_DID = {
    "arrange_meeting": "arranged the meeting",
    "agree_date": "said whether the date suits the school",
    "move_meeting": "moved the meeting",
    "invite": "invited somebody to the meeting",
    "answer_invitation": "answered an invitation",
    "record_meeting": "recorded the meeting",
    "record_voice": "recorded what the child said",
    "submit": "sent a section",
    "delegate": "let a colleague draft",
    "check_targets": "checked the targets",
    "next_meeting": "set the next meeting",
    "sign": "signed",
    "proxy_sign": "signed for somebody",
    "return": "returned parts of the plan",
    "sign_off": "signed the plan off",
    "raise_concern": "raised a concern about a target",
    "check_in": "checked in on a target",
    "apply_for_funding": "applied for additional funding",
    "decide_funding": "decided an application for additional funding",
    "give_views": "gave their views",
    "agree": "agreed to the targets",
    "change_school": "recorded a change of school",
    "change_person": "recorded a handover",
    "leave_care": "recorded that the child is no longer looked after",
    "review_without_meeting": "let this review do without a meeting",
    "correct": "took a mistaken record back",
    "reopen": "opened the plan again",
    "pause": "paused the plan",
    "resume": "resumed the plan",
}
_ELSE = "did something that this page has no words for"
_ROLES = frozenset(Role)
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """What happened at one UTC instant, a sentence each."""

    at: datetime
    sentences: Sequence[str]


def lines_of(events: Iterable[Event], sections: Mapping[str, Section]) -> list[Line]:
    """The events that say something to people, in their order. `sections` are those of the submissions, by act."""
    said = [(event.at, sentence) for event in events if (sentence := sentence_of(event, sections))]
    return [
        Line(at, [sentence for _, sentence in together]) for at, together in groupby(said, key=lambda line: line[0])
    ]


def sentence_of(event: Event, sections: Mapping[str, Section]) -> str | None:
    """What happened, in one sentence; None for what only machines need."""
    if event.what == "accepted":
        section = sections.get(event.facts["act"])
        did = f"sent the section “{section.in_words}”" if section else _DID.get(event.facts["action"], _ELSE)
        return f"{who(event.by)} {did}."
    if event.what == "refused":
        return _refused(event)
    says = _HAPPENED.get(event.what)
    return says(event.facts) if says else None


def who(by: str) -> str:
    """Who did it, as a sentence begins."""
    return f"The {Role(by).in_words}" if by in _ROLES else "Somebody"


def _refused(event: Event) -> str:
    wanted, rules = event.facts["action"].replace("_", " "), ", ".join(event.facts["rules"])
    return f"{who(event.by)}’s “{wanted}” was not accepted ({rules}): nothing was changed."


def _letter(facts: Facts) -> str:
    return f"A letter went to the {reader_in_words(facts['to'])}: {_kind(facts)}."


def _letter_refused(facts: Facts) -> str:
    return f"A letter to the {reader_in_words(facts['to'])} could not be delivered: {_kind(facts)}."


def _letter_bounced(facts: Facts) -> str:
    return f"A letter to the {reader_in_words(facts['to'])} came back: {_kind(facts)}."


def _kind(facts: Facts) -> str:
    return LETTERS[Kind(facts["kind"])]


def _deadline(facts: Facts) -> str:
    return f"Date set: {facts['name'].replace('_', ' ')}, {isoday(facts['on'])}."


def _unfinished(facts: Facts) -> str:
    parts = ", ".join(sorted({_part(part) for part, _ in facts["missing"]}))
    return f"The term ended before the plan was finished. Missing then: {parts}."


def _part(name: str) -> str:
    return Section(name).in_words if name in list(Section) else name.replace("_", " ")


def _school(facts: Facts) -> str:
    return "Another school is the child's." if facts["has_place"] else "The child has no school place."


_HAPPENED: dict[str, Callable[[Facts], str]] = {
    "opened": lambda _: "The review opened.",
    "stage": lambda facts: f"The plan went on: {STAGES[Stage(facts['stage'])]}.",
    "deadline": _deadline,
    "letter": _letter,
    "letter_refused": _letter_refused,
    "letter_bounced": _letter_bounced,
    "letter_seen_to": lambda facts: (
        f"The {reader_in_words(facts['to'])} was told otherwise what a letter could not say."
    ),
    "unfinished": _unfinished,
    "missed": lambda _: "The term ended without a meeting: this review is missed.",
    "closed": lambda _: "This review is over.",
    "grant": lambda facts: f"The grant was paid: {pounds(facts['pence'])}.",
    "funding": lambda facts: f"Additional funding was paid: {pounds(facts['pence'])}.",
    "paid_otherwise": lambda facts: f"Finance noted that {pounds(facts['pence'])} was paid by other means.",
    "released_again": lambda facts: f"Finance had refused {pounds(facts['pence'])}, and released it again.",
    "funding_kept": lambda facts: f"The Virtual School keeps {pounds(facts['pence'])} and spends it for the child.",
    "funding_late": lambda _: "A decision on additional funding is late.",
    "handed_over": lambda facts: f"Somebody else is the {reader_in_words(facts['role'])} now.",
    "school_changed": _school,
    "left_care": lambda facts: f"The child is no longer looked after from {isoday(facts['on'])}.",
    "came_of_age": lambda _: "The young person turned 18.",
    "entered_care_again": lambda facts: f"The child is looked after again from {isoday(facts['on'])}.",
    "agreed_date_not_valid": lambda _: "The date that was agreed for this meeting cannot be kept: find another.",
    "date_withdrawn": lambda _: "The meeting's date was taken out: it is not a day of the new term dates.",
    "extended": lambda facts: (
        f"The Virtual School gave more time: {facts['deadline'].replace('_', ' ')}, until {isoday(facts['to'])}."
    ),
    "brought_forward": lambda facts: f"The next review opens earlier, on {isoday(facts['on'])}.",
    "details_changed": lambda _: "Details of the child were corrected.",
}

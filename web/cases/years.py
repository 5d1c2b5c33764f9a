"""The time line of a case over its years: what happened in each term, day by day, and what is to come; newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from contracts.clock import london_date
from contracts.people import Role
from contracts.problems import ItemResult, RepairKind
from contracts.review import Section
from rules.coming import Coming
from rules.repair_words import REPAIRS, RESULTS
from rules.usual_reasons import USUAL_REASONS
from rules.wording import STAGES, listed
from store.case_story import Repaired, Told
from store.reviews import KeptReview
from web.epep.history import meeting_in_words
from web.epep.journal import sentence_of, who
from web.epep.returned import parts_of, reasons_in
from web.look.words import isoday

OF_ACTS_ALONE = frozenset({"refused", "deadline"})
"""What the list of every act shows, or another line says with its date."""
FOR_FINANCE = frozenset({"opened", "grant", "funding", "funding_kept", "missed", "closed"})
ACTS_FOR_FINANCE = frozenset({"sign_off", "reopen", "decide_funding"})
_SETS_A_DATE = frozenset({"arrange_meeting", "move_meeting"})


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one London day, a sentence each."""

    on: date
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class TermStory:
    """One review. `days` are its past, `coming` is what is expected on it: both begin with what is latest."""

    review: KeptReview
    days: Sequence[Day]
    coming: Sequence[Day]

    @property
    def stage(self) -> str:
        """Where it is, as a sentence goes on."""
        unfinished = ", unfinished when its term ended" if self.review.standing.unfinished else ""
        return STAGES[self.review.standing.stage] + unfinished

    @property
    def meeting(self) -> str:
        """Whether it had its meeting, and when."""
        return meeting_in_words(self.review.standing)


@dataclass(frozen=True, slots=True)
class Story:
    """A case's years, the newest first, each with its terms, and what was before the first review."""

    years: Sequence[tuple[str, Sequence[TermStory]]]
    before: Sequence[Day]


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader sees beside the history: sections of submissions and bodies of returns, by act."""

    sections: Mapping[str, Section]
    returns: Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    review_id: str | None
    sentence: str
    sender: str | None = None
    section: str | None = None
    """Of a submission: those of a day are told together."""


def story_of_years(
    reviews: Sequence[KeptReview],
    events: Sequence[Told],
    repairs: Sequence[Repaired],
    known: Known,
    coming: Mapping[str, Sequence[Coming]],
) -> Story:
    """`reviews` are the oldest first, `events` and `repairs` the newest first; `coming` is by review, as time goes."""
    opened = _openings(events)
    lines = [*_lines(events, known), *(_repair(one) for one in repairs)]
    by_review: dict[str | None, list[_Line]] = {}
    for line in sorted(lines, key=lambda line: line.at, reverse=True):
        by_review.setdefault(line.review_id or _review_at(opened, line.at), []).append(line)
    terms = [
        TermStory(one, _days(by_review.get(one.plan.review_id, [])), _expected(coming.get(one.plan.review_id, ())))
        for one in reversed(reviews)
    ]
    years = groupby(terms, key=lambda term: term.review.plan.term.academic_year)
    return Story([(year, list(some)) for year, some in years], _days(by_review.get(None, [])))


def acts_of(events: Sequence[Told], review_id: str) -> list[Told]:
    """Every act on a review and, while it was the newest, on its case; refusals too, the newest first."""
    opened = _openings(events)
    return [
        one
        for one in events
        if one.what in ("accepted", "refused", "letter_seen_to", "details_changed")
        and (one.review_id or _review_at(opened, one.at)) == review_id
    ]


def for_finance(events: Sequence[Told]) -> list[Told]:
    """The dates that money depends on."""
    return [
        one
        for one in events
        if one.what in FOR_FINANCE or (one.what == "accepted" and one.facts["action"] in ACTS_FOR_FINANCE)
    ]


def _openings(events: Sequence[Told]) -> list[tuple[datetime, str]]:
    """When each review opened, the newest first."""
    return [(one.at, one.review_id) for one in events if one.what == "opened" and one.review_id]


def _review_at(opened: Sequence[tuple[datetime, str]], at: datetime) -> str | None:
    """The newest review that was open at an instant; None before the first."""
    return next((review_id for since, review_id in opened if since <= at), None)


def _lines(events: Sequence[Told], known: Known) -> Iterator[_Line]:
    dates = {(one.review_id, one.at): one.facts["on"] for one in events if one.what == "deadline"}
    for event in events:
        if event.what in OF_ACTS_ALONE:
            continue
        section = known.sections.get(event.facts.get("act", "")) if event.what == "accepted" else None
        sentence = _with_more(event, sentence_of(event, known.sections), dates, known)
        if sentence:
            yield _Line(event.at, event.review_id, sentence, event.by, section.in_words if section else None)


def _with_more(
    event: Told, sentence: str | None, dates: Mapping[tuple[str | None, datetime], str], known: Known
) -> str | None:
    """With the date that was set, or what was returned and the usual reasons for it; never what somebody wrote."""
    if event.what != "accepted" or sentence is None:
        return sentence
    action, act_id = event.facts["action"], event.facts["act"]
    if action in _SETS_A_DATE and (event.review_id, event.at) in dates:
        return f"{sentence.rstrip('.')}: it is on {isoday(dates[event.review_id, event.at])}."
    if action == "return" and act_id in known.returns:
        body = known.returns[act_id]
        usual = [reason.rstrip(".") for reason in reasons_in(body) if reason in USUAL_REASONS]
        why = f" Usual reasons: {'; '.join(usual)}." if usual else ""
        return f"{who(event.by)} returned {parts_of(body)}.{why}"
    return sentence


def _repair(one: Repaired) -> _Line:
    name, result = REPAIRS[RepairKind(one.kind)].name, RESULTS[ItemResult(one.result)]
    sentence = f"At the console, asked for by the {Role(one.role).in_words}: “{name}”. {result}."
    return _Line(one.at, None, sentence)


def _days(lines: Sequence[_Line]) -> list[Day]:
    days = groupby(lines, key=lambda line: london_date(line.at))
    return [Day(on, list(dict.fromkeys(_together(list(some))))) for on, some in days]


def _expected(coming: Sequence[Coming]) -> list[Day]:
    days = groupby(reversed(coming), key=lambda one: one.on)
    return [Day(on, [f"{one.sentence[:1].upper()}{one.sentence[1:]}." for one in some]) for on, some in days]


def _together(lines: list[_Line]) -> Iterator[str]:
    """What one person sent on a day is one sentence, where the newest of it stands."""
    told: set[str | None] = set()
    for line in lines:
        if line.section is None:
            yield line.sentence
        elif line.sender not in told:
            told.add(line.sender)
            sent = dict.fromkeys(one.section for one in reversed(lines) if one.section and one.sender == line.sender)
            yield f"{who(line.sender or '')} sent the section{'s' if len(sent) > 1 else ''} {listed(list(sent))}."


def next_opening(opens_term: str | None, on: date) -> Day:
    """The next review, which the child's cycle opens by itself."""
    return Day(on, [f"The review of the {opens_term or 'next'} term opens by itself."])

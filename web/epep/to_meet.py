"""The meeting that is to come, and the dates that it can have: only valid ones are offered (PROCESS.md B2, M7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.clock import in_words
from contracts.review import BEFORE_THE_MEETING, Stage
from rules.calendar import SATURDAY
from rules.date_finder import DateOffer
from store.reviews import KeptReview
from web.epep.desk import Desk
from web.forms.fields import Choice, Field, Kind

_DUE_FIRST = (Stage.MEETING_DUE, Stage.PREPARING, Stage.WAITING_FOR_DATE)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that follow one another but for weekends, and why none of them is offered."""

    first: date
    last: date
    reason: str


def to_meet(desk: Desk) -> KeptReview | None:
    """The oldest review whose meeting is not held. Last term's plan may be unfinished beside it."""
    return next((one for one in desk.reviews if one.standing.stage in BEFORE_THE_MEETING), None)


def to_record(desk: Desk) -> KeptReview | None:
    """The review whose meeting has the nearest day, or else the one that the case shows: a record can be mended."""
    waiting = [one for one in desk.reviews if one.standing.stage in (Stage.MEETING_DUE, Stage.PREPARING)]
    return next(iter(sorted(waiting, key=lambda one: _DUE_FIRST.index(one.standing.stage))), desk.review)


def date_field(label: str, days: Sequence[date], *, needed: bool = True) -> Field:
    """One of these days, in words."""
    choices = tuple(Choice(day.isoformat(), in_words(day)) for day in days)
    return Field("on", label, Kind.SELECT, choices=choices, needed=needed, open_ended=True)


def reasons_of(offer: DateOffer) -> dict[str, Any]:
    """What the page says about the dates: the suggested one, the latest safe one, and why others are not offered."""
    suggested = [offer.suggested.sentence] if offer.suggested else []
    return {"explains": [*suggested, offer.latest_safe.sentence], "spans": spans_of(offer)}


def spans_of(offer: DateOffer) -> list[Span]:
    """The days that are not offered, together where they follow one another. Of weekends nobody needs to be told."""
    found: list[Span] = []
    together = False
    for verdict in offer.days:
        if verdict.day.weekday() >= SATURDAY:
            continue
        if verdict.reason is None:
            together = False
        elif together and found[-1].reason == verdict.reason:
            found[-1] = Span(found[-1].first, verdict.day, verdict.reason)
        else:
            found.append(Span(verdict.day, verdict.day, verdict.reason))
            together = True
    return found

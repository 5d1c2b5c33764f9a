"""The date of the meeting: arranged, agreed, moved, and the next one's (PROCESS.md B1, B2, M6, M7, A5)."""

from datetime import date
from typing import Any

from contracts.clock import in_words
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED
from rules.calendar import offer as offered_in_words
from rules.date_finder import DateOffer, offer_of, offer_of_next
from store.acts import meeting_place
from store.reviews import KeptReview
from web.epep.asking import Asked
from web.epep.desk import Desk
from web.epep.to_meet import date_field, reasons_of, to_meet
from web.forms.fields import Field, Kind

_HELD = "This term's meeting was held already. Set the next meeting instead."
_NO_DATE = "No meeting is arranged yet."
_TIME = Field("time", "Time", Kind.TIME, needed=False)
_PLACE = Field("place", "Place", Kind.LINE, "A room in which nobody else can hear what is said.", needed=False)


async def arrange_meeting(desk: Desk) -> Asked:
    """A date for this term's meeting; arranging again changes date, time and place."""
    review, by = to_meet(desk), desk.may("arrange_meeting")
    found = offer_of(review.plan, review.standing, desk.today) if review else None
    return Asked(
        key="arrange_meeting",
        action="arrange_meeting",
        title="Arrange the meeting",
        parts=(date_field("Date of the meeting", found.valid_days if found else ()), _TIME, _PLACE),
        button="Arrange the meeting",
        by=by,
        lead="These are the days on which the school is open and that leave time to finish the plan. Everybody gets an "
        "invitation by e-mail, and the school is asked whether the date suits.",
        written=await _arranged(desk, review, found),
        facts=reasons_of(found) if found else {},
        not_now=_why_no_date(found, found.valid_days if found else []),
        template="epep/date.html",
    )


async def agree_date(desk: Desk) -> Asked:
    """The school says whether the date suits; a no is shown to the social worker and blocks nothing."""
    review = to_meet(desk)
    on = _when(review) if review else None
    return Asked(
        key="agree_date",
        action="agree_date",
        title="Does the date suit the school?",
        parts=(
            Field("agreed", "The date suits the school", Kind.YES_NO),
            Field("words", "Anything to add?", needed=False, hint="If it does not suit: which days would?"),
        ),
        button="Send the answer",
        by=desk.may("agree_date"),
        lead=f"The meeting is arranged for {on}. If you say no, the social worker sees it and talks to you.",
        not_now="" if on else _NO_DATE,
    )


async def move_meeting(desk: Desk) -> Asked:
    """The meeting gets its actual date (M6)."""
    review = to_meet(desk)
    on = review.standing.meeting_on if review else None
    found = offer_of(review.plan, review.standing, desk.today) if review and on else None
    days = [day for day in found.valid_days if day != on] if found else []
    return Asked(
        key="move_meeting",
        action="move_meeting",
        title="Move the meeting",
        parts=(date_field("New date of the meeting", days), Field("reason", "Why is it moved?", rows=2)),
        button="Move the meeting",
        by=desk.may("move_meeting"),
        lead=f"It is arranged for {_when(review)}. Once it is moved, everybody's invitation and all reminders follow, "
        "and nobody is chased for the old date. Time and place stay."
        if review and on
        else "",
        written=_suggested(found, days),
        facts=reasons_of(found) if found else {},
        not_now=_why_no_date(found, days) if review is None or on else f"{_NO_DATE} Arrange one first.",
        template="epep/date.html",
    )


async def next_meeting(desk: Desk) -> Asked:
    """The next term's date, or why there is none (A5)."""
    standing = desk.review.standing if desk.review else None
    found = offer_of_next(desk.review.plan, desk.today) if desk.review else None
    days = found.valid_days if found else []
    return Asked(
        key="next_meeting",
        action="next_meeting",
        title="Set the next meeting",
        parts=(
            Field("there_is", "Is there a next meeting?", Kind.YES_NO),
            date_field("Date of the next meeting", days, needed=False) if days else _UNKNOWN_TERM,
            Field("reason", "If there is none: why?", needed=False, rows=2, hint="For example: leaves care in March."),
        ),
        button="Set the next meeting",
        by=desk.may("next_meeting"),
        lead="The plan is signed once the next meeting is set. Its reminders begin six weeks before it by themselves.",
        written=_next_on_record(desk, found),
        as_act=_next,
        facts=reasons_of(found) if found and days else {"explains": [_NOT_KNOWN]},
        not_now="" if standing and standing.stage in BEFORE_THE_MEETING | BEING_COMPLETED else _TOO_LATE,
        template="epep/date.html",
    )


_TOO_LATE = "The next meeting is set while a plan is completed. This plan is past that."
_NOT_KNOWN = (
    "The school's dates of the next term are not known yet. Choose any weekday outside bank holidays and August: "
    "it is checked again once they are known."
)
_UNKNOWN_TERM = Field("on", "Date of the next meeting", Kind.DAY, needed=False)


def _next(values: dict[str, Any]) -> dict[str, Any]:
    """A date or none: the answer that does not belong to what was chosen stays in the form and out of the act."""
    wanted = ("on",) if values["there_is"] else ("reason",)
    said = {name: values[name] for name in wanted if name in values}
    return said if values["there_is"] else {"none": True, **said}


def _next_on_record(desk: Desk, found: DateOffer | None) -> dict[str, Any]:
    standing = desk.review.standing if desk.review else None
    if standing is None or not standing.next_meeting_settled:
        return {"there_is": True, **_suggested(found, found.valid_days if found else [])}
    on = standing.next_meeting_on
    return {"there_is": on is not None, "on": on.isoformat() if on else None}


async def _arranged(desk: Desk, review: KeptReview | None, found: DateOffer | None) -> dict[str, Any]:
    """What is arranged, as far as it is still valid, or else the suggested day."""
    if review is None or found is None:
        return {}
    on = review.standing.meeting_on
    if on is None:
        return _suggested(found, found.valid_days)
    place = await meeting_place(desk.session, review.plan.review_id)
    day = {"on": on.isoformat()} if on in found.valid_days else _suggested(found, found.valid_days)
    return {**day, "time": review.standing.meeting_time, "place": place}


def _suggested(found: DateOffer | None, days: list[date]) -> dict[str, Any]:
    fits = found is not None and found.suggested is not None and found.suggested.on in days
    return {"on": found.suggested.on.isoformat()} if fits and found and found.suggested else {}


def _why_no_date(found: DateOffer | None, days: list[date]) -> str:
    if found is None:
        return _HELD
    return "" if days else f"{offered_in_words([])} {found.latest_safe.sentence}"


def _when(review: KeptReview) -> str | None:
    """`Wednesday 14 October 2026 at 14:00`; None while no meeting is arranged."""
    standing = review.standing
    if standing.meeting_on is None:
        return None
    return in_words(standing.meeting_on) + (f" at {standing.meeting_time}" if standing.meeting_time else "")


FORMS = {
    "arrange-meeting": arrange_meeting,
    "agree-date": agree_date,
    "move-meeting": move_meeting,
    "next-meeting": next_meeting,
}

"""The acts that the Virtual School can take back, each in words by which a person knows it again."""

from collections.abc import Mapping
from typing import Any

from casework.corrections import can_be_taken_back
from contracts.people import Role
from store.pending import waiting_acts
from store.plan_content import acts_on
from store.reviews import KeptReview
from web.epep.desk import Desk
from web.forms.fields import Choice
from web.look.words import day, isoday, moment

_WHAT = {
    "record_meeting": "The record of the meeting",
    "review_without_meeting": "The decision to review without a meeting",
    "next_meeting": "The next meeting's date",
    "sign": "A signature",
    "proxy_sign": "A signature given for somebody",
    "change_school": "The change of school",
    "change_person": "The handover",
    "leave_care": "The leaving of care",
}


async def mistakes_on(desk: Desk) -> tuple[Choice, ...]:
    """What can be taken back now: records, next dates and signatures, and changes that wait for their day."""
    found = [choice for review in reversed(desk.reviews) for choice in await _of_review(desk, review)]
    for from_day, act in await waiting_acts(desk.session, desk.case.id):
        found.append(Choice(act.id, f"{_WHAT[act.action]}, to hold from {day(from_day)}", _by(Role(act.by))))
    return tuple(found)


async def _of_review(desk: Desk, review: KeptReview) -> list[Choice]:
    fit = await can_be_taken_back(desk.session, review, desk.now)
    acts = await acts_on(desk.session, review.plan.review_id, tuple(_WHAT))
    of_the_term = review.plan.term.label
    return [
        Choice(act.id, f"{_in_words(act.body)}, {of_the_term}", f"{_by(act.by)}, {moment(act.at)}")
        for act in reversed(acts)
        if act.id in fit
    ]


def _in_words(body: Mapping[str, Any]) -> str:
    words = _WHAT[body["action"]]
    if body["action"] == "record_meeting":
        return f"{words} on {isoday(body['on'])}" if body["held"] else f"{words}: that it was not held"
    if body["action"] == "next_meeting" and body.get("on"):
        return f"{words}, {isoday(body['on'])}"
    return words


def _by(role: Role) -> str:
    return f"By the {role.in_words}"

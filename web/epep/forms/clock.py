"""Exceptions that the Virtual School makes: a pause, a review without a meeting, a record put right (ACTS.md)."""

from dataclasses import replace
from typing import Any

from contracts.review import BEFORE_THE_MEETING, FINAL, Stage
from rules.putting_right import can_be_reopened
from web.epep.asking import Asked, not_theirs
from web.epep.desk import Desk
from web.epep.mistakes import mistakes_on
from web.forms.fields import Choice, Field, Kind

_WHY = Field("reason", "Why?")
_MISTAKE = "mistake"
"""The act's own field is `act`, which in a form is the id of what is being sent."""


async def pause(desk: Desk) -> Asked:
    """The clock stands still."""
    stage = desk.review.standing.stage if desk.review else None
    return Asked(
        key="pause",
        action="pause",
        title="Pause the plan",
        parts=(_WHY,),
        button="Pause",
        by=desk.may("pause") if stage not in FINAL | {Stage.PAUSED, None} else [],
        lead="No deadline runs and nobody is reminded until you resume it. Its dates then move by the school days of "
        "the pause.",
        destructive=True,
    )


async def resume(desk: Desk) -> Asked:
    """The clock goes on."""
    paused = desk.review is not None and desk.review.standing.stage is Stage.PAUSED
    return Asked(
        key="resume",
        action="resume",
        title="Resume the plan",
        parts=(_WHY,),
        button="Resume",
        by=desk.may("resume") if paused else [],
        lead="Deadlines run again. They move by the school days of the pause, and say so.",
    )


async def review_without_meeting(desk: Desk) -> Asked:
    """One of the year's reviews does without a meeting, where the policy allows it."""
    before = desk.review is not None and desk.review.standing.stage in BEFORE_THE_MEETING
    return Asked(
        key="review_without_meeting",
        action="review_without_meeting",
        title="Review without a meeting",
        parts=(_WHY,),
        button="Do without a meeting",
        by=desk.may("review_without_meeting") if before else [],
        lead="An arranged meeting is called off, and the plan is completed as if it had been held today. The policy "
        "says how many reviews of a year may do without one.",
        destructive=True,
    )


_NOTHING_TO_TAKE_BACK = (
    "No record of this plan can be taken back now. A section is put right by writing it again; a plan that is signed "
    "off is opened again."
)


async def correct(desk: Desk) -> Asked:
    """A mistaken record is taken back."""
    title, by = "Correct a mistaken record", desk.may("correct")
    mistakes = await mistakes_on(desk) if by else ()
    if not mistakes:
        return replace(not_theirs("correct", "correct", title), by=by, not_now=_NOTHING_TO_TAKE_BACK)
    return Asked(
        key="correct",
        action="correct",
        title=title,
        parts=(Field(_MISTAKE, "Which record was a mistake?", Kind.CHOICE, choices=mistakes), _WHY),
        button="Take it back",
        by=by,
        lead="It is taken back as if it had not been done, and with a meeting's record or a next date every signature "
        "as well. The history keeps both. Sections are put right by writing them again, not here.",
        as_act=_as_its_act,
        destructive=True,
    )


def _as_its_act(answers: dict[str, Any]) -> dict[str, Any]:
    return {"act" if name == _MISTAKE else name: value for name, value in answers.items()}


async def reopen(desk: Desk) -> Asked:
    """A plan that was signed off is opened again."""
    title, by = "Open a plan again", desk.may("reopen")
    plans = await _signed_off(desk) if by else ()
    if not plans:
        return not_theirs("reopen", "reopen", title)
    return Asked(
        key="reopen",
        action="reopen",
        title=title,
        parts=(Field("review", "Which plan?", Kind.CHOICE, choices=plans), _WHY),
        button="Open it again",
        by=by,
        lead="Its parts can be changed again. It is then signed and signed off once more. What was paid stays paid: "
        "nothing is ever paid twice.",
        destructive=True,
    )


async def _signed_off(desk: Desk) -> tuple[Choice, ...]:
    """The newest first: also those that are over."""
    reviews = reversed(await desk.every_review())
    terms = [one.plan.term for one in reviews if can_be_reopened(one.standing)]
    return tuple(Choice(term.key, term.label[:1].upper() + term.label[1:]) for term in terms)


FORMS = {
    "pause": pause,
    "resume": resume,
    "review-without-meeting": review_without_meeting,
    "correct": correct,
    "reopen": reopen,
}

"""Between two meetings: a concern, a check-in, an application for additional funding (PROCESS.md A9, A11, A12)."""

from casework.which import meant
from contracts.people import Role
from rules.case_forms import ApplyForFunding, RaiseConcern
from rules.forms import AnyForm
from web.epep.aims import Aims, aims_of
from web.epep.asking import Asked, not_theirs
from web.epep.desk import Desk
from web.forms.fields import Field, Kind

_ANY = {"id": "any", "by": Role.SOCIAL_WORKER}
_A_CONCERN = RaiseConcern(action="raise_concern", target=1, words="any", **_ANY)
_AN_APPLICATION = ApplyForFunding(action="apply_for_funding", pence=1, why="any", targets=[1], **_ANY)
"""Casework finds the plan that an act is about by the act: the one in force, while the next is prepared."""


async def raise_concern(desk: Desk) -> Asked:
    """A target may not be met (A11)."""
    title, by = "Raise a concern about a target", desk.may("raise_concern")
    if not by:
        return not_theirs("raise_concern", "raise_concern", title)
    known = await _aims(desk, _A_CONCERN)
    return Asked(
        key="raise_concern",
        action="raise_concern",
        title=title,
        parts=(
            Field("target", "Which target may not be met?", Kind.CHOICE, choices=known.choices, whole_number=True),
            Field("words", "What worries you?", hint="What has changed, and what would help."),
        ),
        button="Tell the Virtual School",
        by=by,
        lead="The Virtual School is told today. Your concern is part of the next review.",
    )


async def check_in(desk: Desk) -> Asked:
    """How a target goes since the meeting (A9)."""
    title, by = "Check in on a target", desk.may("check_in")
    if not by:
        return not_theirs("check_in", "check_in", title)
    known = await _aims(desk, _A_CONCERN)
    return Asked(
        key="check_in",
        action="check_in",
        title=title,
        parts=(
            Field("target", "Which target?", Kind.CHOICE, choices=known.choices, whole_number=True),
            Field("on_track", "Is it on track?", Kind.YES_NO),
            Field("words", "How does it go?", hint="What the child can do now that they could not do before."),
            Field("strategies_in_place", "Are its strategies in place?", Kind.YES_NO, needed=False),
            Field("told_staff", "Have the staff who teach the child been told?", Kind.YES_NO, needed=False),
        ),
        button="Send the check-in",
        by=by,
        lead="One target at a time. Your answers are part of the next review. If the target is not on track, the "
        "Virtual School is told today.",
    )


async def apply_for_funding(desk: Desk) -> Asked:
    """Additional funding in exceptional circumstances (A12)."""
    title, by = "Apply for additional funding", desk.may("apply_for_funding")
    if not by:
        return not_theirs("apply_for_funding", "apply_for_funding", title)
    known = await _aims(desk, _AN_APPLICATION)
    return Asked(
        key="apply_for_funding",
        action="apply_for_funding",
        title=title,
        parts=(
            Field("pence", "How much is needed?", Kind.MONEY),
            Field("why", "What is it for, and why can the grant not pay for it?", rows=6),
            Field("targets", "Which targets does it help?", Kind.CHOICES, choices=known.choices, whole_number=True),
        ),
        button="Send the application",
        by=by,
        lead="For exceptional circumstances. It is apart from the grant and its limits. The Virtual School decides, "
        "and you get a letter with the reason.",
    )


async def _aims(desk: Desk, form: AnyForm) -> Aims:
    return await aims_of(desk, meant(desk.reviews, form), desk.share)


FORMS = {"raise-concern": raise_concern, "check-in": check_in, "apply-for-funding": apply_for_funding}

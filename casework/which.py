"""Which review an act is about: last term's may be unfinished while this one is prepared (PROCESS.md, Edge cases)."""

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, FINAL, Stage
from rules.forms import AnyForm, NextMeeting, ProxySign, Return, Sign, SignOff, Submit
from rules.missing import owed_by, parts_to_complete
from store.reviews import KeptReview

_ABOUT_THE_MEETING = ("arrange_meeting", "agree_date", "move_meeting", "record_meeting", "invite")
_DONE = FINAL | BEFORE_THE_MEETING | {Stage.PAYING, Stage.IN_FORCE}


def shown(reviews: list[KeptReview]) -> KeptReview | None:
    """The review that a case shows: the oldest whose meeting was held and that is not done, or else the newest."""
    return next(iter(_unfinished(reviews) or reviews[-1:]), None)


def meant(reviews: list[KeptReview], form: AnyForm) -> KeptReview | None:
    """The oldest review that waits for such an act; the newest where none does."""
    if form.action in _ABOUT_THE_MEETING:
        return reviews[-1] if reviews else None
    if not isinstance(form, Submit | NextMeeting | Sign | ProxySign | Return | SignOff):
        return shown(reviews)
    waiting = [review for review in _unfinished(reviews) if _waits_for(review, form)]
    return next(iter(waiting or reviews[-1:]), None)


def _unfinished(reviews: list[KeptReview]) -> list[KeptReview]:
    return [review for review in reviews if review.standing.stage not in _DONE]


def _waits_for(review: KeptReview, form: Submit | NextMeeting | Sign | ProxySign | Return | SignOff) -> bool:
    plan, standing = review.plan, review.standing
    match form:
        case Submit():
            by = Role.DESIGNATED_TEACHER if form.by is Role.PASTORAL else form.by
            return any(part.part == form.section for part in owed_by(plan, standing, by))
        case NextMeeting():
            return any(part.part == "next_meeting" for part in parts_to_complete(plan, standing))
        case Return() | SignOff():
            return standing.stage is Stage.VIRTUAL_SCHOOL
        case Sign() | ProxySign():
            return standing.stage in (Stage.SIGNING, Stage.COMPLETING, Stage.RETURNED)

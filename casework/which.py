"""Which review an act is about: last term's may be unfinished while this one is prepared (PROCESS.md, Edge cases).

Two reviews can even wait for their meetings at once: a date early in the next term opens that term's review six weeks
before it, which may be before this term's meeting.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, FINAL, Section, Stage
from rules.case_forms import (
    Agree,
    AnswerInvitation,
    ApplyForFunding,
    CheckIn,
    GiveViews,
    Pause,
    RaiseConcern,
    Reopen,
    Resume,
    ReviewWithoutMeeting,
)
from rules.forms import (
    AgreeDate,
    AnyForm,
    ArrangeMeeting,
    CheckTargets,
    Invite,
    MoveMeeting,
    NextMeeting,
    ProxySign,
    RecordMeeting,
    RecordVoice,
    Return,
    Sign,
    SignOff,
    Submit,
)
from rules.missing import owed_by, parts_to_complete
from rules.putting_right import can_be_reopened
from store.reviews import KeptReview

_DONE = FINAL | {Stage.PAYING, Stage.IN_FORCE}
_IN_USE = (Stage.IN_FORCE, Stage.PAYING)
_WITH_A_DATE = (Stage.PREPARING, Stage.MEETING_DUE)
_BEING_WRITTEN = BEFORE_THE_MEETING | BEING_COMPLETED


def shown(reviews: list[KeptReview]) -> KeptReview | None:
    """The review that a case shows: the oldest that is not done, or else the newest."""
    return next(iter(_unfinished(reviews) or reviews[-1:]), None)


def called(reviews: Sequence[KeptReview], name: str) -> KeptReview | None:
    """The review that a person calls `2026/27 autumn`, or `autumn` for the newest of that name."""
    terms = ((review, review.plan.term) for review in reversed(reviews))
    return next((review for review, term in terms if name in (term.key, term.name.value, term.label)), None)


def meant(reviews: list[KeptReview], form: AnyForm) -> KeptReview | None:
    """The oldest review that such an act can be about; the newest where it fits none."""
    return next((review for review in _candidates(reviews, form)), None)


def _candidates(reviews: list[KeptReview], form: AnyForm) -> Iterator[KeptReview]:
    if isinstance(form, Reopen):
        yield from (review for review in reversed(reviews) if can_be_reopened(review.standing))
    if isinstance(form, RaiseConcern | CheckIn | ApplyForFunding):
        yield from (review for review in reversed(reviews) if review.standing.stage in _IN_USE)
    if isinstance(form, RaiseConcern | CheckIn):
        yield from (review for review in reversed(_unfinished(reviews)) if _has_targets(review))
    if isinstance(form, RecordMeeting) and form.on is not None:
        yield from _of_the_term(reviews, form.on)
    unfinished = _unfinished(reviews)
    yield from (review for review in unfinished if _waits_for(review, form))
    if isinstance(form, Submit):
        yield from (review for review in unfinished if review.standing.stage in _BEING_WRITTEN)
    yield from reviews[-1:]


def _unfinished(reviews: list[KeptReview]) -> list[KeptReview]:
    return [review for review in reviews if review.standing.stage not in _DONE]


def _has_targets(review: KeptReview) -> bool:
    return any(one.section is Section.TARGETS for one in review.standing.submitted)


def _of_the_term(reviews: list[KeptReview], on: date) -> list[KeptReview]:
    """A meeting is the one of the term in which it was held, also when it is recorded again after the next opened."""
    return [review for review in reviews if review.plan.term.first_day <= on <= review.plan.term.last_day]


def _waits_for(review: KeptReview, form: AnyForm) -> bool:  # noqa: C901, PLR0912 - one line an act: a table, not a tangle
    plan, standing = review.plan, review.standing
    match form:
        case ArrangeMeeting() | MoveMeeting():
            return standing.stage in BEFORE_THE_MEETING and form.on <= plan.term.last_day
        case RecordMeeting():
            return standing.stage in _WITH_A_DATE
        case AgreeDate():
            return standing.stage in _WITH_A_DATE and standing.date_agreed is None
        case Invite() | AnswerInvitation() | ReviewWithoutMeeting():
            return standing.stage in BEFORE_THE_MEETING
        case Pause():
            return standing.stage is not Stage.PAUSED
        case Resume():
            return standing.stage is Stage.PAUSED
        case GiveViews() | Agree():
            return True
        case Submit():
            by = Role.DESIGNATED_TEACHER if form.by is Role.PASTORAL else form.by
            return any(part.part == form.section for part in owed_by(plan, standing, by))
        case CheckTargets():
            return not standing.targets_checked and any(one.section is Section.TARGETS for one in standing.submitted)
        case RecordVoice():
            return standing.held_on is not None and not standing.voice_heard
        case NextMeeting():
            return any(part.part == "next_meeting" for part in parts_to_complete(plan, standing))
        case Return() | SignOff():
            return standing.stage is Stage.VIRTUAL_SCHOOL
        case Sign() | ProxySign():
            return standing.stage in BEING_COMPLETED
    return False

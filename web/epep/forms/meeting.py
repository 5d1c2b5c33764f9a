"""The meeting itself: who is asked, what was recorded of it, and what the child said (PROCESS.md B3, B4, B9, M2-M6)."""

from typing import Any

from contracts.clock import in_words
from contracts.people import Role
from contracts.review import BEING_COMPLETED, Stage
from rules.grant import pounds, term_cap
from rules.sections import prepares_transition
from store.attendees import attendees_of
from store.plan_content import Said, acts_on
from store.reviews import KeptReview
from web.epep.asking import Asked, Written
from web.epep.desk import Desk
from web.epep.to_meet import to_meet, to_record
from web.forms.fields import Choice, Field, Kind, Lines, Part, choices_of

_KINDS = choices_of(
    carer="Carer",
    parent="Parent",
    young_person="The child or young person",
    professional="Professional",
    receiving_setting="Receiving school or college",
    virtual_school="Virtual School",
)
_ANSWERS_FOR_OTHERS = frozenset({Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL})
_MYSELF = "myself"
_PART = choices_of(
    attended="Took part in the meeting",
    joined_at_end="Joined at the end",
    met_before="Was met before the meeting, and said what they wish and feel",
    did_not_take_part="Did not take part",
)
_TARGETS = (
    Choice("agreed", "Agreed as they are"),
    Choice("redefined", "Re-defined", "The designated teacher then writes them again."),
)
_INVITATIONS = (
    "They get an invitation for their calendar by e-mail, as soon as there is a date. If the meeting moves, the entry "
    "in their calendar moves with it."
)
_ACTIONS = Lines(
    "actions",
    "Who does what until when?",
    "Action",
    (
        Field("what", "What is done?", Kind.LINE),
        Field("owner", "Who does it?", Kind.LINE, "One person, by name or by role."),
        Field("by", "By when?", Kind.DAY),
    ),
    hint="So that everybody is clear on their part. The Virtual School sees a meeting without any.",
)


async def invite(desk: Desk) -> Asked:
    """Somebody beside the two parties is asked to come (B3, B4)."""
    review = to_meet(desk)
    owed = review is not None and prepares_transition(review.plan) and not review.standing.receiving_setting_invited
    needed = "Staff of the receiving school or college must be asked to this meeting, and nobody is yet. "
    return Asked(
        key="invite",
        action="invite",
        title="Invite somebody",
        parts=(
            Field("kind", "Who is asked to come?", Kind.CHOICE, choices=_KINDS),
            Field("name", "Name", Kind.LINE, needed=False),
            Field("email", "E-mail address", Kind.EMAIL, needed=False,
                  hint="Without one, ask them by telephone. Carers on record are written to without it."),
        ),
        button="Invite them",
        by=desk.may("invite"),
        lead=(needed if owed else "") + _INVITATIONS,
        written={"kind": "receiving_setting"} if owed else {},
    )  # fmt: skip


async def answer_invitation(desk: Desk) -> Asked:
    """Whether somebody who was asked comes (B4). Parties answer for others too, who may have telephoned."""
    review = to_meet(desk)
    on = review.standing.meeting_on if review else None
    whom = await _whom(desk, review) if review and set(desk.may("answer_invitation")) & _ANSWERS_FOR_OTHERS else ()
    return Asked(
        key="answer_invitation",
        action="answer_invitation",
        title="Answer an invitation",
        parts=(
            *((Field("kind", "Whose answer is it?", Kind.CHOICE, choices=whom),) if whom else ()),
            Field("comes", "Will they come?" if whom else "Will you come?", Kind.YES_NO),
            Field("words", "Anything to add?", needed=False, rows=2),
        ),
        button="Send the answer",
        by=desk.may("answer_invitation"),
        lead=f"The meeting is on {in_words(on)}." if on else "",
        as_act=_answer,
        not_now="" if on else "No meeting is arranged that could be answered.",
    )


async def record_meeting(desk: Desk) -> Asked:
    """What happened at the meeting (M2-M5, B9); recorded again, the new record counts."""
    review = to_record(desk)
    before = await _records(desk, review)
    last = before[-1] if before else None
    return Asked(
        key="record_meeting",
        action="record_meeting",
        title="Record the meeting",
        parts=_record(review),
        button="Record the meeting",
        by=desk.may("record_meeting"),
        lead=_what_follows(review),
        written=last.body if last else _arranged_day(review),
        mark=len(before),
        theirs=Written(last.name or f"the {last.by.in_words}", _content(last), last.at) if last else None,
        as_act=lambda values: {"held": True, **values},
        facts={"otherwise": _if_not_held(review)},
        not_now=_why_no_record(review),
        template="epep/date.html",
    )


async def meeting_not_held(desk: Desk) -> Asked:
    """It did not take place: the review waits for a date again, and chasers for the old one stop (M6)."""
    review = to_record(desk)
    arranged = review is not None and review.standing.stage in (Stage.PREPARING, Stage.MEETING_DUE)
    return Asked(
        key="meeting_not_held",
        action="record_meeting",
        title="The meeting did not take place",
        parts=(Field("reason", "Why did it not take place?", rows=3),),
        button="Record that it did not take place",
        by=desk.may("record_meeting"),
        lead="The plan then waits for a new date. Everybody who was asked hears that this one is off, and nobody is "
        "chased for it.",
        as_act=lambda values: {"held": False, **values},
        facts={"otherwise": _MOVE},
        not_now="" if arranged else "There is no arranged meeting that could have failed to take place.",
        done="meeting_not_held",
        template="epep/date.html",
    )


async def record_voice(desk: Desk) -> Asked:
    """What the child said, heard after the meeting (B9)."""
    return Asked(
        key="record_voice",
        action="record_voice",
        title="Record what the child said",
        parts=(Field("words", "What did the child say?", rows=5, hint="In the child's own words."),),
        button="Record it",
        by=desk.may("record_voice"),
        lead="A voice that is heard before or after the meeting counts too. Without any, the plan can be signed off "
        "only as an exception.",
    )


_MOVE = {"before": "Do you know the new date already?", "act": "move-meeting", "link": "Move the meeting instead"}
_NOT_HELD = {
    "before": "Did it not take place?",
    "act": "meeting-not-held",
    "link": "Record that it did not take place",
}


def _record(review: KeptReview | None) -> tuple[Part, ...]:
    eligible = review is not None and review.plan.grant_eligible
    return (
        Field("on", "When did it take place?", Kind.DAY, "If it was another day than arranged, the plan follows it."),
        Field("confidential", "Was the room confidential?", Kind.YES_NO),
        Field("reason", "If it was not: why?", needed=False, rows=2),
        Field("young_person", "The young person", Kind.CHOICE, choices=_PART),
        Field("targets_agreed", "The targets were", Kind.CHOICE, choices=_TARGETS, needed=False),
        *(_grant(review) if eligible and review else ()),
        _ACTIONS,
    )


def _grant(review: KeptReview) -> tuple[Field, ...]:
    most = pounds(term_cap(review.plan))
    return (
        Field("grant_agreed", "Did everybody agree the use of the grant?", Kind.YES_NO),
        Field("grant_pence", "How much was agreed?", Kind.MONEY, f"At most {most} this term. You can leave it out: the "
              "lines of the grant section then say it.", needed=False),
    )  # fmt: skip


def _what_follows(review: KeptReview | None) -> str:
    if review is None:
        return ""
    span = review.plan.policy.completion.in_words
    return f"Social worker and designated teacher then have {span} from the day of the meeting to complete the plan."


def _arranged_day(review: KeptReview | None) -> dict[str, Any]:
    on = review.standing.meeting_on if review else None
    return {"on": on.isoformat()} if on else {}


def _if_not_held(review: KeptReview | None) -> dict[str, str] | None:
    return _NOT_HELD if review and review.standing.stage is Stage.MEETING_DUE else None


def _why_no_record(review: KeptReview | None) -> str:
    if review is None:
        return "No plan is open yet whose meeting could be recorded."
    if review.standing.held_on and review.standing.stage not in BEING_COMPLETED | {Stage.PAUSED}:
        return "The meeting is recorded and the plan signed. To change the record, the Virtual School returns a part."
    return ""


async def _records(desk: Desk, review: KeptReview | None) -> list[Said]:
    """What was recorded of a meeting that was held, the oldest first: a record of none is no version of it."""
    if review is None or review.standing.held_on is None:
        return []
    said = await acts_on(desk.session, review.plan.review_id, ("record_meeting",))
    return [act for act in said if act.body.get("held") is True]


def _content(record: Said) -> dict[str, Any]:
    return {name: value for name, value in record.body.items() if name not in ("id", "action", "by", "held", "seen")}


async def _whom(desk: Desk, review: KeptReview) -> tuple[Choice, ...]:
    """Those who were asked, and oneself."""
    asked = {one.kind for one in await attendees_of(desk.session, review.plan.review_id)}
    return (Choice(_MYSELF, "My own"), *(choice for choice in _KINDS if choice.value in asked))


def _answer(values: dict[str, Any]) -> dict[str, Any]:
    yes, words = ("Yes" if values["comes"] else "No"), values.get("words")
    said = {"answer": f"{yes}: {words}" if words else values["comes"]}
    return said if values.get("kind", _MYSELF) == _MYSELF else {"kind": values["kind"], **said}


FORMS = {
    "invite": invite,
    "answer-invitation": answer_invitation,
    "record-meeting": record_meeting,
    "meeting-not-held": meeting_not_held,
    "record-voice": record_voice,
}

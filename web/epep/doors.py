"""What else can be done on a case: links to the acts that are open to the visitor at this stage."""

from dataclasses import dataclass

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, FINAL, Stage
from web.epep.desk import Desk

NOT_HELD = "meeting_not_held"
"""A form of its own for the act `record_meeting`."""
_ACTIONS = {NOT_HELD: "record_meeting"}
_IN_USE = frozenset({Stage.IN_FORCE, Stage.PAYING})
_ANY = frozenset(Stage)
_RUNNING = _ANY - FINAL
_WITH_A_DATE = frozenset({Stage.PREPARING, Stage.MEETING_DUE})
_TO_SIGN_OFF = BEING_COMPLETED | {Stage.VIRTUAL_SCHOOL}
THEY_ARE_HEARD = BEFORE_THE_MEETING | _TO_SIGN_OFF | {Stage.PAUSED}
"""While the child's words still count for this plan (B9)."""
_STAGES = {
    "arrange_meeting": ("Arrange the meeting", frozenset({Stage.WAITING_FOR_DATE})),
    "agree_date": ("Say whether the date suits the school", frozenset({Stage.PREPARING})),
    "move_meeting": ("Move the meeting", _WITH_A_DATE),
    "invite": ("Invite somebody", BEFORE_THE_MEETING),
    "answer_invitation": ("Answer an invitation", _WITH_A_DATE),
    "record_meeting": ("Record the meeting", _WITH_A_DATE | BEING_COMPLETED),
    NOT_HELD: ("The meeting did not take place", frozenset({Stage.MEETING_DUE})),
    "record_voice": ("Record what the child said", BEFORE_THE_MEETING | _TO_SIGN_OFF),
    "delegate": ("Let a colleague draft", _RUNNING),
    "check_targets": ("Check the targets", BEFORE_THE_MEETING | BEING_COMPLETED),
    "next_meeting": ("Set the next meeting", BEING_COMPLETED),
    "sign": ("Sign the plan", frozenset({Stage.SIGNING})),
    "proxy_sign": ("Sign for somebody", frozenset({Stage.SIGNING})),
    "raise_concern": ("Raise a concern about a target", _RUNNING),
    "check_in": ("Check in on a target", _IN_USE | _TO_SIGN_OFF),
    "apply_for_funding": ("Apply for additional funding", _RUNNING),
    "give_views": ("Say what you think", _RUNNING),
    "agree": ("Agree to the plan", _RUNNING),
    "review_without_meeting": ("Review without a meeting", BEFORE_THE_MEETING),
    "change_person": ("Hand over to somebody else", _ANY),
    "change_school": ("Change of school", _ANY),
    "leave_care": ("The child is no longer looked after", _ANY),
    "pause": ("Pause the plan", _RUNNING - {Stage.PAUSED}),
    "resume": ("Resume the plan", frozenset({Stage.PAUSED})),
    "correct": ("Correct a mistaken record", _ANY),
    "reopen": ("Open the plan again", _IN_USE | {Stage.CLOSED}),
}
_OF_A_MEETING = (
    "arrange_meeting",
    "agree_date",
    "move_meeting",
    "invite",
    "answer_invitation",
    "record_meeting",
    NOT_HELD,
)
"""Acts of a meeting that is to come: last term's plan may be unfinished beside it, and is the one that a case shows."""
_BESIDE_IT = ("record_voice", "next_meeting")


@dataclass(frozen=True, slots=True)
class Door:
    """A link to an act."""

    action: str
    """The act, or the form where an act has two."""
    label: str
    href: str


def doors_of(desk: Desk) -> list[Door]:
    """What the visitor may do now, in the order of the process. The rules say the last word when it is sent."""
    stage = desk.review.standing.stage if desk.review else None
    found = [
        Door(action, label, f"{desk.path}/acts/{action.replace('_', '-')}")
        for action, (label, stages) in _STAGES.items()
        if desk.may(_ACTIONS.get(action, action)) and _is_open(desk, action, stages)
    ]
    if desk.may("record_voice") and stage in THEY_ARE_HEARD:
        found.append(Door("hand_over", "Hand the screen to the young person", f"{desk.path}/hand-over"))
    if desk.review and Role.VIRTUAL_SCHOOL in desk.roles and stage is Stage.VIRTUAL_SCHOOL:
        found.insert(0, Door("sign_off", "Look at the plan and sign it off", f"{desk.path}/review"))
    return found


def doors_of_the_meeting(desk: Desk) -> list[Door]:
    """Those of them that are about the meeting."""
    return [door for door in doors_of(desk) if door.action in _OF_A_MEETING or door.action in _BESIDE_IT]


def _is_open(desk: Desk, action: str, stages: frozenset[Stage]) -> bool:
    if desk.review is None:
        return stages is _ANY
    about = desk.reviews if action in _OF_A_MEETING else [desk.review]
    return any(one.standing.stage in stages for one in about)

"""What else can be done on a case: links to the acts that are open to the visitor at this stage."""

from dataclasses import dataclass

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, FINAL, Stage
from web.epep.desk import Desk

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
    "answer_invitation": ("Answer an invitation", BEFORE_THE_MEETING),
    "record_meeting": ("Record the meeting", _WITH_A_DATE | BEING_COMPLETED),
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


@dataclass(frozen=True, slots=True)
class Door:
    """A link to an act."""

    action: str
    label: str
    href: str


def doors_of(desk: Desk) -> list[Door]:
    """What the visitor may do now, in the order of the process. The rules say the last word when it is sent."""
    stage = desk.review.standing.stage if desk.review else None
    found = [
        Door(action, label, f"{desk.path}/acts/{action.replace('_', '-')}")
        for action, (label, stages) in _STAGES.items()
        if desk.may(action) and (stages is _ANY if stage is None else stage in stages)
    ]
    if desk.may("record_voice") and stage in THEY_ARE_HEARD:
        found.append(Door("hand_over", "Hand the screen to the young person", f"{desk.path}/hand-over"))
    if desk.review and Role.VIRTUAL_SCHOOL in desk.roles and stage is Stage.VIRTUAL_SCHOOL:
        found.insert(0, Door("sign_off", "Look at the plan and sign it off", f"{desk.path}/review"))
    return found

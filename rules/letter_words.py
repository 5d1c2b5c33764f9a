"""How pages call a letter, its reader, and why it did not arrive. No address and no name is in these words."""

from contracts.people import Role
from rules.ladder import Kind

LETTERS = {
    Kind.REVIEW_DUE: "reminder that the review is due",
    Kind.ARRANGE_MEETING: "reminder to arrange the meeting",
    Kind.INVITATION: "invitation to the meeting",
    Kind.BEFORE_MEETING: "reminder of what is due before the meeting",
    Kind.DID_IT_TAKE_PLACE: "question whether the meeting took place",
    Kind.COMPLETION_NUDGE: "reminder to complete the plan",
    Kind.COMPLETION_OVERDUE: "letter that the plan is overdue",
    Kind.ESCALATION: "escalation",
    Kind.SIGNATURE_ASKED: "request to sign",
    Kind.SIGN_OFF_DUE: "request to sign the plan off",
    Kind.RETURNED: "letter about what was returned",
    Kind.GRANT_RELEASED: "letter that the grant is paid",
    Kind.CONCERN_RAISED: "letter about a concern",
    Kind.CHECK_IN: "question how the targets go",
    Kind.FUNDING_DECIDED: "decision on additional funding",
}
REMINDERS = frozenset(
    {
        Kind.REVIEW_DUE,
        Kind.ARRANGE_MEETING,
        Kind.BEFORE_MEETING,
        Kind.DID_IT_TAKE_PLACE,
        Kind.COMPLETION_NUDGE,
        Kind.COMPLETION_OVERDUE,
        Kind.SIGNATURE_ASKED,
        Kind.SIGN_OFF_DUE,
        Kind.RETURNED,
        Kind.CHECK_IN,
    }
)
"""Letters that ask whoever is awaited to do it; an escalation tells somebody else that they have not."""
_INVITED_AS = {"receiving_setting": "receiving school or college"}
_NO_SUCH_ADDRESS = frozenset({510, 511, 550, 551, 553})
_FULL = frozenset({452, 552})
_BUSY = frozenset({421, 450, 451, 471})
_FOR_GOOD = 500


def reader_in_words(role: str) -> str:
    """A reader's part on the case; of somebody who is only asked to a meeting, what they are asked as."""
    return Role(role).in_words if role in list(Role) else _INVITED_AS.get(role, role.replace("_", " "))


def why_not_delivered(smtp_code: int | None) -> str:
    """By the class of a mail server's answer (RFC 5321, 4.2; RFC 3463), as the end of a sentence."""
    if smtp_code is None:
        return "the mail server could not be reached"
    if smtp_code in _NO_SUCH_ADDRESS:
        return "the address does not exist"
    if smtp_code in _FULL:
        return "the mailbox is full"
    if smtp_code >= _FOR_GOOD:
        return "the reader’s mail server does not accept it"
    return "the mail server is busy" if smtp_code in _BUSY else "the mail server put it off"

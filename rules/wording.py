"""How sentences list things."""

from collections.abc import Sequence

from contracts.review import GrantState, Stage


def listed(words: Sequence[str], last: str = "and") -> str:
    """`homework`, `homework and careers`, `homework, careers and transition`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


STAGES = {
    Stage.WAITING_FOR_DATE: "waiting for a meeting date",
    Stage.PREPARING: "being prepared for the meeting",
    Stage.MEETING_DUE: "waiting for the record of the meeting",
    Stage.COMPLETING: "being completed",
    Stage.SIGNING: "being signed",
    Stage.VIRTUAL_SCHOOL: "with the Virtual School for sign-off",
    Stage.RETURNED: "returned to be put right",
    Stage.PAYING: "signed off, grant being paid",
    Stage.IN_FORCE: "in force",
    Stage.CLOSED: "closed",
    Stage.MISSED: "missed: no meeting was held in its term",
    Stage.PAUSED: "paused",
}
"""How a page, a list and a printed plan call a stage."""

GRANTS = {
    GrantState.NOT_ELIGIBLE: "not eligible",
    GrantState.NOT_DUE: "not due yet",
    GrantState.RELEASING: "being paid",
    GrantState.PAID: "paid",
    GrantState.NOTHING_ASKED: "nothing asked for",
    GrantState.KEPT: "kept by the Virtual School for the child",
    GrantState.LAPSED: "lapsed with its term",
}
"""How they call what became of a term's grant."""

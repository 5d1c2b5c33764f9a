"""How far people are with a problem: what each thing that happens makes of it.

Whether something is still stuck, only the watch says; what is being done about it, people and their repairs say.
"""

from enum import StrEnum

from contracts.problems import ProblemState


class ProblemEvent(StrEnum):
    """What happens to a problem."""

    SEEN = "seen"
    """The watch sees something stuck in this way."""
    NOTHING_LEFT = "nothing_left"
    """The watch has seen the last thing of it go on, or be overtaken."""
    TAKEN_UP = "taken_up"
    """Somebody looks into it."""
    HELD = "held"
    """Everything of it is on hold."""
    RELEASED = "released"
    REPAIRED = "repaired"
    """A repair was done; whether it has helped is being looked at."""
    DID_NOT_HELP = "did_not_help"
    """What was done came to nothing, or was done to a part only."""


_MADE_OF_AN_OPEN_ONE = {
    ProblemEvent.TAKEN_UP: ProblemState.LOOKING,
    ProblemEvent.HELD: ProblemState.ON_HOLD,
    ProblemEvent.REPAIRED: ProblemState.CHECKING,
}
_TAKEN_BACK = {
    ProblemEvent.RELEASED: ProblemState.ON_HOLD,
    ProblemEvent.DID_NOT_HELP: ProblemState.CHECKING,
}
"""What these end; in any other state they change nothing."""


def after(state: ProblemState, event: ProblemEvent) -> ProblemState:
    """The state that follows. What people do to a resolved problem changes nothing; only a sight brings it back."""
    if event is ProblemEvent.NOTHING_LEFT:
        return ProblemState.RESOLVED
    if event is ProblemEvent.SEEN:
        return ProblemState.CAME_BACK if state is ProblemState.RESOLVED else state
    if state is ProblemState.RESOLVED:
        return state
    if event in _TAKEN_BACK:
        return ProblemState.LOOKING if state is _TAKEN_BACK[event] else state
    return _MADE_OF_AN_OPEN_ONE[event]

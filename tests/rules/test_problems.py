"""A problem is new, looked at, held, checked, resolved, and comes back: who may change what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.problems import ProblemState
from rules.problems import ProblemEvent, after

EVENTS = st.lists(st.sampled_from(ProblemEvent))
BY_PEOPLE = [one for one in ProblemEvent if one not in (ProblemEvent.SEEN, ProblemEvent.NOTHING_LEFT)]


def _played(state: ProblemState, events: list[ProblemEvent]) -> ProblemState:
    for event in events:
        state = after(state, event)
    return state


def test_the_usual_way() -> None:
    state, ways = ProblemState.NEW, []
    for event in (
        ProblemEvent.SEEN, ProblemEvent.TAKEN_UP, ProblemEvent.HELD, ProblemEvent.RELEASED, ProblemEvent.REPAIRED,
        ProblemEvent.DID_NOT_HELP, ProblemEvent.REPAIRED, ProblemEvent.NOTHING_LEFT, ProblemEvent.SEEN,
    ):  # fmt: skip
        state = after(state, event)
        ways.append(state.value)
    assert ways == [
        "new", "looking", "on_hold", "looking", "checking", "looking", "checking", "resolved", "came_back",
    ]  # fmt: skip


@given(EVENTS, st.sampled_from(ProblemState), st.sampled_from(BY_PEOPLE))
def test_nobody_can_resolve_a_problem(before: list[ProblemEvent], start: ProblemState, event: ProblemEvent) -> None:
    state = _played(start, before)
    assert (after(state, event) is ProblemState.RESOLVED) == (state is ProblemState.RESOLVED)


@given(EVENTS, st.sampled_from(BY_PEOPLE))
def test_a_resolved_one_comes_back_when_it_is_seen_whatever_people_did(
    before: list[ProblemEvent], event: ProblemEvent
) -> None:
    resolved = _played(ProblemState.NEW, [*before, ProblemEvent.NOTHING_LEFT, event])
    assert resolved is ProblemState.RESOLVED
    assert after(resolved, ProblemEvent.SEEN) is ProblemState.CAME_BACK


@given(EVENTS)
def test_what_goes_on_being_seen_keeps_its_state(before: list[ProblemEvent]) -> None:
    seen = after(_played(ProblemState.NEW, before), ProblemEvent.SEEN)
    assert after(seen, ProblemEvent.SEEN) is seen
    assert seen is not ProblemState.RESOLVED


@pytest.mark.parametrize("state", [one for one in ProblemState if one is not ProblemState.RESOLVED])
def test_releasing_ends_a_hold_only_and_a_failed_repair_a_check_only(state: ProblemState) -> None:
    released, useless = after(state, ProblemEvent.RELEASED), after(state, ProblemEvent.DID_NOT_HELP)
    assert released is (ProblemState.LOOKING if state is ProblemState.ON_HOLD else state)
    assert useless is (ProblemState.LOOKING if state is ProblemState.CHECKING else state)

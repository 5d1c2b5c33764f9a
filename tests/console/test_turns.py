"""Where more should be looked at than one walk can, everybody has a turn before anybody has another."""

from hypothesis import given
from hypothesis import strategies as st

from watch.looks.turns import Turns

NAMES = st.sets(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=40)


@given(NAMES, st.integers(1, 10))
def test_everybody_has_a_turn_as_soon_as_can_be(names: set[str], most: int) -> None:
    turns = Turns(most)
    walks = -(-len(names) // most)
    seen = [name for _ in range(walks) for name in turns.next(names)]
    assert set(seen) == names
    assert len(seen) < len(names) + most


@given(st.lists(NAMES, min_size=1, max_size=6), st.integers(1, 10))
def test_never_more_than_a_walk_can_and_only_who_is_there(walks: list[set[str]], most: int) -> None:
    turns = Turns(most)
    for names in walks:
        chosen = turns.next(names)
        assert len(chosen) == len(set(chosen)) == min(most, len(names))
        assert set(chosen) <= names

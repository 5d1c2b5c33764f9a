"""What a figure leaves out is named with its reason, the most first, in whatever order the reviews come."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from rules.figures.shares import Measure, Share
from rules.figures.told import Told

VERDICTS = st.lists(st.sampled_from([True, False, "the review is paused", "no meeting was held"]))


def _share_of(verdicts: list[bool | str]) -> Share:
    measure = Measure("any", "Any", "Every verdict.", lambda verdict: [cast(bool | str, verdict)])
    return measure.of(cast(list[Told], verdicts))


@given(VERDICTS)
def test_a_figure_is_the_same_in_whatever_order_its_reviews_come(verdicts: list[bool | str]) -> None:
    share = _share_of(verdicts)
    assert share == _share_of(verdicts[::-1])
    assert share.of + sum(count for _, count in share.left_out) == len(verdicts)
    assert [count for _, count in share.left_out] == sorted((count for _, count in share.left_out), reverse=True)

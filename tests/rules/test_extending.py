"""More time for a party: which deadline moves, by how much, and when none does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.review import Standing
from rules.calendar import is_school_day
from rules.deadlines import completion_due_on, sign_off_due_on
from rules.extending import deadline_to_move, extended
from tests.support.review_stages import completing, meeting_due, preparing, with_virtual_school
from tests.support.reviews import MEETING, VS, Case


@given(school_days=st.integers(1, 10))
def test_the_deadline_moves_by_so_many_school_days_of_that_school(school_days: int) -> None:
    case = completing()
    before = deadline_to_move(case.plan, case.standing)
    given_more = extended(case.standing, school_days)
    assert isinstance(given_more, Standing)
    after = deadline_to_move(case.plan, given_more)
    assert before is not None
    assert after is not None
    assert before.name == after.name == "completion"
    days = [before.on + timedelta(days=n) for n in range(1, (after.on - before.on).days + 1)]
    assert sum(is_school_day(case.plan.calendar, day) for day in days) == school_days
    assert f"{school_days} school day" in after.sentence
    assert "because the Virtual School gave more time" in after.sentence


def test_the_sign_off_has_days_of_its_own_which_end_with_it() -> None:
    case = with_virtual_school()
    due = sign_off_due_on(case.plan, case.standing)
    given_more = extended(case.standing, 3)
    assert isinstance(given_more, Standing)
    assert sign_off_due_on(case.plan, given_more) > due
    assert completion_due_on(case.plan, given_more) == completion_due_on(case.plan, case.standing)


@pytest.mark.parametrize("stage", [preparing, meeting_due])
def test_before_the_meeting_it_is_the_meeting_that_is_moved(stage: type[Case]) -> None:
    case = stage()
    refused = extended(case.standing, 3)
    assert isinstance(refused, list)
    assert deadline_to_move(case.plan, case.standing) is None


def test_a_paused_review_has_no_deadline_to_move() -> None:
    case = completing()
    case.on(MEETING + timedelta(days=1)).does(VS, "pause", reason="In hospital.")
    refused = extended(case.standing, 3)
    assert isinstance(refused, list)
    assert "paused" in refused[0].sentence

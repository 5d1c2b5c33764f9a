"""M2, M4: a record asks for the room and the actions, and the Virtual School sees what lacks."""

from typing import Any

import pytest

from tests.support.review_stages import with_virtual_school
from tests.support.reviews import DT, MEETING, VS, faults_of_form, held_on

ACTION = {"what": "lend a laptop", "owner": "the SENCO", "by": "2026-11-02"}
NO_ROOM: dict[str, Any] = {"confidential": False, "reason": "Only the hall was free."}


def rules_against(**changes: Any) -> list[str]:
    return [fault.rule for fault in faults_of_form(DT, "record_meeting", **held_on(MEETING, **changes))]


def sentence(**record: Any) -> str:
    """What the Virtual School is shown when it is asked for its sign-off."""
    (part,) = with_virtual_school(**record).missing_parts
    assert (part.part, part.role) == ("sign_off", VS)
    return part.sentence


def test_M2_a_room_that_was_not_confidential_needs_its_reason() -> None:
    assert rules_against(confidential=False) == ["FORM"]
    assert rules_against(confidential=None) == ["FORM"]
    assert rules_against(**NO_ROOM) == []


def test_M2_the_virtual_school_sees_a_room_that_was_not_confidential_and_may_sign_off() -> None:
    assert "not confidential" in sentence(**NO_ROOM)
    assert "confidential" not in sentence()
    assert with_virtual_school(**NO_ROOM).rules(VS, "sign_off") == []


@pytest.mark.parametrize("lost", ["what", "owner", "by"])
def test_M4_an_action_has_something_to_do_one_owner_and_a_date(lost: str) -> None:
    assert rules_against(actions=[{name: value for name, value in ACTION.items() if name != lost}]) == ["FORM"]
    assert rules_against(actions=[{**ACTION, lost: ""}]) == ["FORM"]
    assert rules_against(actions=[ACTION, ACTION]) == []


def test_M4_a_record_says_what_was_agreed_even_where_it_is_nothing() -> None:
    assert rules_against(actions=None) == ["FORM"]
    assert rules_against(actions=[]) == []


def test_M4_the_virtual_school_sees_a_meeting_without_actions_and_may_sign_off() -> None:
    assert "no actions" in sentence(actions=[])
    assert "actions" not in sentence()
    assert with_virtual_school(actions=[]).rules(VS, "sign_off") == []

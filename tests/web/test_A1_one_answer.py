"""A1: whoever asks how a case stands gets the same answer to who holds it, until when and what is missing."""

from typing import Any

from contracts.people import Role
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door

PEOPLE = (
    (Role.SOCIAL_WORKER, SOCIAL_WORKER),
    (Role.DESIGNATED_TEACHER, TEACHER),
    (Role.TEAM_MANAGER, "manager.south@council.example"),
    (Role.VIRTUAL_SCHOOL, "vs@council.example"),
)
ANSWER = ("stage", "held_by", "since", "until", "missing", "deadlines")


async def answers(door: Door) -> list[dict[str, Any]]:
    """The case as each of them is shown it, alone and in their list."""
    found = []
    for role, email in PEOPLE:
        await door.sign_in(role, email)
        listed = (await door.client.get("/api/v1/cases")).json()
        (in_list,) = [case for case in listed if case["child"] == CHILD]
        found += [await door.case(), in_list]
    return [{name: case[name] for name in ANSWER} for case in found]


async def test_A1_everybody_on_the_case_sees_the_same_holder_and_the_same_missing_parts(door: Door) -> None:
    first, *others = await answers(door)
    assert first["held_by"] == ["social_worker"]
    assert {part["role"] for part in first["missing"]} == {"social_worker", "designated_teacher"}
    assert others == [first] * 7


async def test_A1_the_answer_changes_for_everybody_at_once(door: Door) -> None:
    before = (await answers(door))[0]
    await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
    assert (await door.arrange()).json()["outcome"] == "accepted"
    first, *others = await answers(door)
    assert (first["stage"], first["held_by"]) == ("preparing", ["designated_teacher"])
    assert first["missing"] != before["missing"]
    assert others == [first] * 7

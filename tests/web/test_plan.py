"""B12, B15, M1, A9, A11: a plan is read back over HTTP by those with whom it is shared, and by nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from casework.authority import AuthorityDetails, set_up
from contracts.people import Role
from store.tables import Person
from tests.support.carried import autumn_in_force, between_the_meetings, reviewed_in_spring
from tests.support.reviews import DT, MEETING, SW, targets
from tests.support.taken import AUTUMN, SPRING, Desk, opened
from tests.web.door import FOREIGN, Door, app_on
from web.api.plan_shapes import PlanObject

PRIVATE = "Words for professionals."
CARER, YOUNG, PASTORAL = "carer@home.example", "young@home.example", "pastoral@school.example"
SOCIAL_WORKER, TEACHER, VIRTUAL_SCHOOL = "sw@council.example", "dt@school.example", "vs@council.example"
FINANCE, OPERATOR, MANAGER = "finance@council.example", "operator@council.example", "manager@council.example"


@pytest.fixture
async def desk(database: Any, clock: Any, roll: Any) -> Desk:
    return Desk(database, clock)


@pytest.fixture
async def plan_door(desk: Desk) -> AsyncIterator[Door]:
    """The autumn's plan of one child is in force, the spring's is prepared; somebody at the door in every role."""
    await set_up(desk.database, AuthorityDetails("Exampleshire", VIRTUAL_SCHOOL))
    await reviewed_in_spring(await between_the_meetings(await autumn_in_force(desk)))
    await desk.does(SW, "submit", section="about_child", content={"words": PRIVATE})
    transport = httpx.ASGITransport(app_on(desk.database, desk.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://pep.example") as client:
        door = Door(desk.database, desk.clock, client)
        for role, email in (
            (SW, SOCIAL_WORKER),
            (DT, TEACHER),
            (Role.TEAM_MANAGER, MANAGER),
            (Role.PASTORAL, PASTORAL),
            (Role.CARER, CARER),
            (Role.YOUNG_PERSON, YOUNG),
        ):
            await door.put(email, role, desk.child)
        yield door


async def asked(door: Door, child: str = "C007", **query: str) -> httpx.Response:
    return await door.client.get(f"/api/v1/cases/{child}/plan", params=query)


async def plan_for(door: Door, role: Role, email: str, **query: str) -> dict[str, Any]:
    await door.sign_in(role, email)
    answer = await asked(door, **query)
    assert answer.status_code == 200, answer.text
    PlanObject.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("role", "email"),
    [(SW, SOCIAL_WORKER), (DT, TEACHER), (Role.TEAM_MANAGER, MANAGER), (Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)],
)
async def test_B15_M1_A9_A11_professionals_read_what_is_carried_forward(
    plan_door: Door, role: Role, email: str
) -> None:
    plan = await plan_for(plan_door, role, email)
    assert plan["term"] == SPRING, "the plan that the case shows"
    last = plan["last_plan"]
    assert last["impact_per_pound"]["sentence"] == "1 met, 1 partly met, 1 not met for £175.01 of £300.00"
    assert last["targets"][0]["strategies"]["virtual_school"] == ["a reading mentor"]
    assert last["targets"][1]["check_ins"][0]["words"] == "Seven of ten."
    assert last["targets"][2]["concerns"][0]["words"] == "The club closed."
    assert last["funding"][0]["asked_pence"] == 20_000
    assert PRIVATE in str(plan["sections"])
    autumn = await plan_for(plan_door, role, email, term=AUTUMN)
    assert (autumn["term"], autumn["attendees"][0]["name"]) == (AUTUMN, "Ada Quill")
    assert "ada@home.example" not in str(autumn)


@pytest.mark.parametrize(("role", "email"), [(Role.CARER, CARER), (Role.YOUNG_PERSON, YOUNG)])
async def test_carer_and_young_person_read_targets_meeting_actions_and_their_own_views(
    plan_door: Door, role: Role, email: str
) -> None:
    plan = await plan_for(plan_door, role, email, term=AUTUMN)
    assert [one["target"]["number"] for one in plan["targets"]] == [1, 2, 3]
    assert {(one["check_ins"], one["concerns"]) for one in plan["targets"]} == {(None, None)}
    assert [one["section"] for one in plan["sections"]] == ["targets"]
    meeting = plan["meeting"]
    assert (meeting["held_on"], meeting["record"]) == (str(MEETING), None)
    assert meeting["actions"][0]["owner"] == "the SENCO"
    assert [one["role"] for one in plan["views"]] == [role.value]
    for hidden in ("attendees", "sign_off", "funding", "missing"):
        assert plan[hidden] is None, hidden
    spring = await plan_for(plan_door, role, email)
    assert spring["sections"] == []
    last = spring["last_plan"]
    assert (last["term"], last["grant"], last["impact_per_pound"], last["funding"]) == (AUTUMN, None, None, None)
    for one in last["targets"]:
        shared = {name for name, value in one.items() if value is not None}
        assert shared == {"target", "strategies"}
    assert PRIVATE not in str(plan) + str(spring)


async def test_pastoral_staff_read_the_schools_sections_and_no_social_care(plan_door: Door) -> None:
    spring = await plan_for(plan_door, Role.PASTORAL, PASTORAL)
    assert [one["section"] for one in spring["sections"]] == ["previous_targets"]
    assert spring["last_plan"]["targets"][0]["outcomes"][0]["outcome"] == "met"
    assert (spring["last_plan"]["funding"], spring["views"]) == (None, [])
    autumn = await plan_for(plan_door, Role.PASTORAL, PASTORAL, term=AUTUMN)
    sections = [one["section"] for one in autumn["sections"]]
    assert sections == ["attainment", "targets", "attendance_and_support", "grant"]
    assert (autumn["meeting"]["record"], autumn["sign_off"]) == (None, None)


@pytest.mark.parametrize(("role", "email"), [(Role.FINANCE, FINANCE), (Role.OPERATOR, OPERATOR)])
async def test_finance_and_operators_read_nothing_of_a_plan(plan_door: Door, role: Role, email: str) -> None:
    await plan_door.sign_in(role, email)
    for query in ({}, {"term": AUTUMN}, {"term": "no such term"}):
        refused = await asked(plan_door, **query)
        assert (refused.status_code, list(refused.json())) == (403, ["sentences"])
        assert "do not see what a plan says" in refused.json()["sentences"][0]


async def test_B14_the_family_reads_targets_once_the_teacher_has_checked_them(plan_door: Door, desk: Desk) -> None:
    await desk.does(DT, "delegate", to="pastoral@school.example")
    by_easter = [{**one, "by": "2027-03-20"} for one in targets()["targets"]]
    await desk.does(Role.PASTORAL, "submit", section="targets", content={"targets": by_easter})
    draft = await plan_for(plan_door, DT, TEACHER)
    assert draft["sections"][-1]["versions"][0]["state"] == "not_checked"
    hidden = await plan_for(plan_door, Role.YOUNG_PERSON, YOUNG)
    assert (hidden["targets"], hidden["sections"]) == (None, [])
    await desk.does(DT, "check_targets")
    assert len((await plan_for(plan_door, Role.YOUNG_PERSON, YOUNG))["targets"]) == 3


async def test_who_wrote_is_named_to_professionals_and_never_by_an_address(plan_door: Door) -> None:
    await plan_door.sign_in(DT, TEACHER)
    words = {"words": "Reads well."}
    act = {"action": "submit", "by": "designated_teacher", "section": "attainment", "content": words}
    assert (await plan_door.act("C007", **act)).status_code == 200
    unnamed = await plan_for(plan_door, SW, SOCIAL_WORKER)
    assert TEACHER not in str(unnamed), "somebody new is called by their address until a name is known"
    assert author_of_attainment(unnamed) == ("designated_teacher", None)
    async with plan_door.database.transaction() as session:
        await session.execute(update(Person).where(Person.email == TEACHER).values(name="Ola Hart"))
    named = await plan_for(plan_door, SW, SOCIAL_WORKER)
    assert author_of_attainment(named) == ("designated_teacher", "Ola Hart")
    assert "Ola Hart" not in str(await plan_for(plan_door, Role.YOUNG_PERSON, YOUNG))


def author_of_attainment(plan: dict[str, Any]) -> tuple[str, str | None]:
    (version,) = next(one["versions"] for one in plan["sections"] if one["section"] == "attainment")
    return version["role"], version["name"]


async def test_a_foreign_child_an_unknown_one_and_a_term_without_a_plan_are_not_found(plan_door: Door) -> None:
    await plan_door.sign_in(SW, SOCIAL_WORKER)
    foreign, unknown = await asked(plan_door, FOREIGN), await asked(plan_door, "C999")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json() == unknown.json()
    absent = await asked(plan_door, term="2025/26 summer")
    assert absent.status_code == 404
    assert absent.json()["sentences"][0].endswith(f"{AUTUMN}, {SPRING}.")
    assert "2025" not in absent.text
    del plan_door.client.headers["Authorization"]
    assert (await asked(plan_door)).status_code == 401


async def test_a_plan_that_just_opened_is_empty_and_has_its_shape(desk: Desk, door: Door) -> None:
    await opened(desk)
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    plan = await plan_for(door, Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    assert (plan["sections"], plan["targets"], plan["last_plan"], plan["sign_off"]) == ([], None, None, None)
    assert plan["missing"]
    assert plan["meeting"] == {
        "on": None,
        "time": None,
        "held_on": None,
        "without_meeting": False,
        "actions": [],
        "record": None,
    }

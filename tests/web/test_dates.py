"""The meeting dates of a child and of an authority, as the API offers them, only to whom it concerns."""

from datetime import date
from typing import Any

from contracts.people import Role
from store.cases import cases_in_care
from tests.web.door import A_SATURDAY, A_SCHOOL_DAY, CHILD, FOREIGN, SOCIAL_WORKER, TEACHER, Door
from web.api.date_shapes import DatesObject, SpreadObject

VIRTUAL_SCHOOL, MANAGER = "vs@council.example", "manager.south@council.example"
ALL = [f"C{number:03}" for number in range(1, 33)]


async def dates_of(door: Door, child: str = CHILD) -> dict[str, Any]:
    answer = await door.client.get(f"/api/v1/cases/{child}/dates")
    assert answer.status_code == 200
    DatesObject.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    return found


async def spread(door: Door, query: str = "") -> dict[str, Any]:
    answer = await door.client.get(f"/api/v1/spread{query}")
    assert answer.status_code == 200
    SpreadObject.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    return found


async def test_B2_M7_what_is_offered_is_taken_and_the_rest_refused_with_the_same_sentences(
    door: Door,
) -> None:
    found = await dates_of(door)
    refused = {day["on"]: day for day in found["refused_days"]}
    assert refused[A_SATURDAY]["rules"] == ["B2"]
    last = found["valid_days"][-1]
    assert found["latest_safe_date"]["on"] == last
    late = next(day for day in found["refused_days"] if day["rules"] == ["M7"])
    for day in (refused[A_SATURDAY], late):
        answer = (await door.arrange(on=day["on"])).json()
        assert (answer["rules"], answer["sentences"]) == (day["rules"], day["sentences"])
    assert (await door.arrange(on=last)).status_code == 200
    assert (await door.arrange(on=found["suggested"]["on"])).status_code == 200
    arranged = (await dates_of(door))["arranged"]
    assert arranged == {"on": found["suggested"]["on"], "valid": True, "rules": [], "sentences": []}


async def test_a_held_meeting_needs_no_other_date(door: Door) -> None:
    await door.arrange()
    door.clock.set(door.clock.at.replace(month=10, day=15))
    fields: dict[str, Any] = {"confidential": True, "young_person": "attended", "actions": [], "grant_agreed": True}
    held = await door.act(action="record_meeting", by="social_worker", held=True, on=A_SCHOOL_DAY, **fields)
    assert held.status_code == 200
    found = await dates_of(door)
    assert (found["held_on"], found["suggested"], found["arranged"]) == (A_SCHOOL_DAY, None, None)


async def test_dates_are_for_those_who_work_with_the_child(door: Door) -> None:
    foreign, unknown = [await door.client.get(f"/api/v1/cases/{child}/dates") for child in (FOREIGN, "C999")]
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json() == unknown.json()
    await door.sign_in(Role.DESIGNATED_TEACHER, TEACHER)
    assert (await dates_of(door))["child"] == CHILD
    await door.sign_in(Role.FINANCE, "finance@council.example")
    refused = await door.client.get(f"/api/v1/cases/{CHILD}/dates")
    assert refused.status_code == 403
    assert "finance does not see" in refused.json()["sentences"][0]


async def test_before_the_first_review_opens_there_are_no_days(door: Door) -> None:
    found = await dates_of(door, "C016")
    assert (found["term"], found["valid_days"], found["refused_days"]) == (None, [], [])


async def test_M7_the_virtual_school_is_offered_the_whole_authority_with_its_load(door: Door) -> None:
    await door.open(*(child for child in ALL if child != CHILD))
    await door.arrange()
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    kept, found = await door.rows(), await spread(door)
    assert [review["child"] for review in found["reviews"]] == ALL
    own = found["reviews"][ALL.index(CHILD)]
    assert (own["present"], own["proposed"], own["changes"]) == (A_SCHOOL_DAY, A_SCHOOL_DAY, False)
    assert [sum(week["sign_offs"] for week in found[curve]["weeks"]) for curve in ("before", "after")] == [32, 32]
    assert found["before"]["peak"] >= 25
    assert found["after"]["peak"] <= 6
    assert await door.rows() == kept, "a proposal arranges nothing"
    for review in found["reviews"]:
        on = review["proposed"]
        assert (await door.arrange(review["child"], by="virtual_school", on=on)).status_code == 200


async def test_a_team_manager_is_offered_their_own_cases_and_others_nothing(door: Door) -> None:
    await door.open("C001", "C002", "C003", "C004")
    await door.sign_in(Role.TEAM_MANAGER, MANAGER)
    assert [review["child"] for review in (await spread(door))["reviews"]] == ["C002", "C004", CHILD]
    people = (
        (Role.SOCIAL_WORKER, SOCIAL_WORKER),
        (Role.DESIGNATED_TEACHER, TEACHER),
        (Role.FINANCE, "finance@council.example"),
        (Role.OPERATOR, "operator@council.example"),
    )
    for role, email in people:
        await door.sign_in(role, email)
        refused = await door.client.get("/api/v1/spread")
        assert (refused.status_code, len(refused.json()["sentences"])) == (403, 1), role
    del door.client.headers["Authorization"]
    assert (await door.client.get("/api/v1/spread")).status_code == 401


async def test_arranged_dates_move_only_when_it_is_asked_for(door: Door) -> None:
    crowd = ["C001", "C002", "C003", "C004", "C005", "C006"]
    await door.open(*crowd)
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    for child in [*crowd, CHILD]:
        assert (await door.arrange(child, by="virtual_school")).status_code == 200
    kept, moved = await spread(door), await spread(door, "?move_agreed=true")
    assert [review["changes"] for review in kept["reviews"]] == [False] * 7
    assert 0 < sum(review["changes"] for review in moved["reviews"]) < 7
    assert moved["after"]["peak"] < kept["after"]["peak"] == kept["before"]["peak"]
    wrong = await door.client.get("/api/v1/spread?move_agreed=perhaps")
    assert (wrong.status_code, wrong.json()["sentences"]) == (
        422,
        ["move_agreed: write true for yes or false for no, without quotation marks."],
    )


async def test_sign_offs_under_way_count_and_children_who_left_care_do_not(door: Door) -> None:
    await door.open("C002")
    await door.arrange()
    door.clock.set(door.clock.at.replace(month=10, day=15))
    fields: dict[str, Any] = {"confidential": True, "young_person": "attended", "actions": [], "grant_agreed": True}
    await door.act(action="record_meeting", by="social_worker", held=True, on=A_SCHOOL_DAY, **fields)
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    found = await spread(door)
    assert [review["child"] for review in found["reviews"]] == ["C002"]
    assert sum(week["sign_offs"] for week in found["after"]["weeks"]) == 2
    assert date.fromisoformat(found["after"]["weeks"][0]["starts"]).isoweekday() == 1
    async with door.database.transaction() as session:
        for case in await cases_in_care(session):
            case.in_care = False
    nothing: dict[str, Any] = {"peak": 0, "weeks": []}
    assert await spread(door) == {"reviews": [], "before": nothing, "after": nothing}

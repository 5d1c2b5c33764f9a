"""People see the cases on which they have a role, and the Virtual School every one."""

from datetime import date
from typing import Any

import httpx

from contracts.clock import london_date, start_of
from contracts.people import Role
from store.cases import cases_in_care
from store.tables import Case
from tests.web.door import A_SCHOOL_DAY, AUTUMN, CHILD, FOREIGN, SOCIAL_WORKER, TEACHER, Door

EVERY_CHILD = [f"C{number:03}" for number in range(1, 33)]
VIRTUAL_SCHOOL, FINANCE, OPERATOR = "vs@council.example", "finance@council.example", "operator@council.example"


async def listed(door: Door, query: str = "") -> list[str]:
    answer = await door.client.get(f"/api/v1/cases{query}")
    assert answer.status_code == 200
    return [case["child"] for case in answer.json()]


async def test_people_see_the_cases_on_which_they_have_a_role(door: Door) -> None:
    for role, email, seen in (
        (Role.SOCIAL_WORKER, SOCIAL_WORKER, ["C004", CHILD, "C016", "C022", "C028"]),
        (Role.DESIGNATED_TEACHER, TEACHER, [CHILD, "C015"]),
        (Role.TEAM_MANAGER, "manager.south@council.example", EVERY_CHILD[1::2]),
        (Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL, EVERY_CHILD),
        (Role.FINANCE, FINANCE, EVERY_CHILD),
        (Role.OPERATOR, OPERATOR, EVERY_CHILD),
    ):
        await door.sign_in(role, email)
        assert await listed(door) == seen, role
    await door.sign_in(Role.DESIGNATED_TEACHER, TEACHER)
    assert (await door.client.get("/api/v1/cases")).json()[0] == await door.case()


async def test_pages_follow_one_another_without_a_gap_or_a_repeat(door: Door) -> None:
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    found, address = [], "/api/v1/cases?limit=10"
    sizes = []
    while address:
        answer = await door.client.get(address)
        page = [case["child"] for case in answer.json()]
        found += page
        sizes.append(len(page))
        address = next_page(answer)
    assert (found, sizes) == (EVERY_CHILD, [10, 10, 10, 2])
    assert await listed(door, "?limit=32") == EVERY_CHILD
    assert next_page(await door.client.get("/api/v1/cases?limit=32")) == ""
    assert await listed(door, "?after=C030") == ["C031", "C032"]
    assert await listed(door, "?after=C032") == []
    assert await listed(door, "?after=%00") == EVERY_CHILD


def next_page(answer: httpx.Response) -> str:
    return str(answer.links.get("next", {}).get("url", ""))


async def test_the_list_can_be_asked_for_one_stage(door: Door) -> None:
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    await door.open(FOREIGN, "C002", "C003")
    assert await listed(door, "?stage=waiting_for_date") == ["C001", "C002", "C003", CHILD]
    await door.arrange(by="virtual_school")
    assert await listed(door, "?stage=preparing") == [CHILD]
    first = await door.client.get("/api/v1/cases?stage=waiting_for_date&limit=2")
    assert next_page(first) == "/api/v1/cases?after=C002&limit=2&stage=waiting_for_date"
    assert await listed(door, "?after=C002&limit=2&stage=waiting_for_date") == ["C003"]
    assert await listed(door, "?stage=closed") == []


async def test_the_list_knows_what_the_calendar_has_changed_since_anybody_looked(door: Door) -> None:
    """On the day of the meeting a case is `meeting_due`, after the term `missed`, although no row says so yet."""
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    await door.open(FOREIGN, "C011", "C012")
    for child in (CHILD, "C012"):
        assert (await door.arrange(child, by="virtual_school")).status_code == 200
    assert (await door.arrange("C011", by="virtual_school", on="2026-10-15")).status_code == 200
    door.clock.set(start_of(date.fromisoformat(A_SCHOOL_DAY)))
    assert await listed(door, "?stage=meeting_due") == [CHILD, "C012"]
    assert await listed(door, "?stage=preparing") == ["C011"]
    first = await door.client.get("/api/v1/cases?stage=meeting_due&limit=1")
    assert next_page(first) == f"/api/v1/cases?after={CHILD}&limit=1&stage=meeting_due"
    second = await door.client.get(next_page(first))
    assert ([case["child"] for case in second.json()], next_page(second)) == (["C012"], "")
    door.clock.set(start_of(date(2027, 1, 1)))
    assert await listed(door, "?stage=missed") == [FOREIGN, CHILD, "C011", "C012"]
    assert await listed(door, "?stage=meeting_due") == []


async def test_a_wrong_parameter_is_refused_with_a_sentence(door: Door) -> None:
    for query in ("?limit=0", "?limit=201", "?limit=many", "?stage=lost"):
        answer = await door.client.get(f"/api/v1/cases{query}")
        assert answer.status_code == 422
        assert answer.json()["sentences"][0].startswith(query[1:].split("=")[0] + ": ")
        assert query.split("=")[1] not in answer.text
    for beyond, most in (("0", "1 or more"), ("201", "200 at most")):
        answer = await door.client.get(f"/api/v1/cases?limit={beyond}")
        assert answer.json()["sentences"] == [
            f"limit: write a whole number, {most}, without quotation marks, such as 3."
        ]


async def test_finance_sees_reference_grant_and_school_and_nothing_of_the_plan(door: Door) -> None:
    await door.arrange(place="The blue room")
    await door.sign_in(Role.FINANCE, FINANCE)
    blank: dict[str, Any] = {"held_by": [], "since": None, "until": None, "missing": [], "meeting": None}
    assert await door.case() == {
        "child": CHILD,
        "term": "autumn",
        "stage": "preparing",
        "unfinished": False,
        **blank,
        "next_meeting": None,
        "deadlines": [],
        "grant": {"state": "not_due", "pence": 0},
        "revision": 2,
        "school_urn": "900041",
    }
    refused = await door.arrange(by="finance")
    assert refused.status_code == 403
    assert refused.json()["case"] == await door.case()


async def test_finance_sees_no_school_where_the_child_has_no_place(door: Door) -> None:
    answer = await door.act(action="change_school", by="social_worker", **{"from": str(london_date(door.clock.at))})
    assert answer.status_code == 200
    await door.sign_in(Role.FINANCE, FINANCE)
    assert (await door.case())["school_urn"] is None


async def test_an_operator_sees_states_and_nothing_that_somebody_wrote(door: Door) -> None:
    await door.arrange(place="The blue room")
    whole = await door.case()
    await door.sign_in(Role.OPERATOR, OPERATOR)
    assert await door.case() == {**whole, "meeting": {**whole["meeting"], "place": None}}
    assert "blue room" not in (await door.client.get("/api/v1/cases")).text
    assert "blue room" not in (await door.arrange(by="operator")).text


async def test_finance_who_also_works_with_a_child_sees_that_child_whole(door: Door) -> None:
    await door.open(FOREIGN)
    await door.sign_in(Role.FINANCE, SOCIAL_WORKER)
    assert (await door.case())["held_by"] == ["social_worker"]
    assert (await door.case(FOREIGN))["held_by"] == []


async def test_no_case_object_names_a_child_a_school_or_a_person(door: Door) -> None:
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    await door.open("C014", "C015")
    text = (await door.client.get("/api/v1/cases")).text
    assert "C014" in text, "the search below would find what is there"
    for word in ("Kezia", "Vaughan", "Elm High", "@", "J860201116014", "Daisy"):
        assert word not in text


async def test_a_child_who_left_care_stays_on_the_list_until_their_review_is_over(door: Door) -> None:
    await door.arrange()
    async with door.database.transaction() as session:
        for case in await cases_in_care(session):
            case.in_care = case.ref not in (CHILD, "C016")
    assert await listed(door) == ["C004", CHILD, "C022", "C028"]
    assert (await door.client.get("/api/v1/cases/C016")).status_code == 200


async def test_list_case_and_acts_show_the_same_one_of_two_reviews(door: Door) -> None:
    """Whatever the stages of two terms, and whichever stage the list is asked for."""
    await door.sign_in(Role.VIRTUAL_SCHOOL, VIRTUAL_SCHOOL)
    await door.open_spring()
    for stages in (("in_force", "preparing"), ("completing", "preparing"), ("missed", "closed"), ("closed", "paying")):
        await door.set_stages(*stages)
        refused = await door.act(action="sign_off", by="operator")
        case = refused.json()["case"]
        assert case == await door.case()
        assert await listed(door, f"?after=C009&limit=1&stage={case['stage']}") == [CHILD]
        for stage in {*stages} - {case["stage"]}:
            assert CHILD not in await listed(door, f"?stage={stage}")


async def test_before_the_first_review_the_case_says_which_term_it_will_be_for(door: Door) -> None:
    async with door.database.transaction() as session:
        case = await session.get_one(Case, await door.id_of(session, "C016"))
        case.opens_term = AUTUMN
    found = await door.case("C016")
    assert (found["stage"], found["term"], found["grant"]["state"]) == (None, "autumn", "not_eligible")
    assert A_SCHOOL_DAY not in str(found)

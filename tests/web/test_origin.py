"""No other site can make a visitor's browser change anything; systems with a token are let through as ever."""

import httpx

from contracts.people import Role
from tests.web.door import A_SCHOOL_DAY, CHILD, SOCIAL_WORKER, Door
from tests.web.outline import assert_whole

COOKIE = {"Cookie": "session=x"}
BEARER = {"Authorization": "Bearer pep_x"}
PASSES: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example", **COOKIE},
    {"Origin": "http://pep.example", **COOKIE},
    {"Origin": "https://PEP.example", **COOKIE},
    {},
    BEARER,
    {**BEARER, **COOKIE},
)
IS_REFUSED: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://pep.example"},
    {"Sec-Fetch-Site": "cross-site", **BEARER},
    {"Origin": "http://evil.example"},
    {"Origin": "http://pep.example.evil.example"},
    {"Origin": "http://pep.example:8080"},
    {"Origin": "http://pep.example@evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    COOKIE,
    {**COOKIE, "Authorization": "Basic eDp4"},
)


async def test_a_change_from_our_own_pages_or_from_no_browser_passes(stranger: httpx.AsyncClient) -> None:
    for headers in PASSES:
        answer = await stranger.post("/nothing", headers=headers)
        assert answer.status_code == 404, f"{headers} did not come as far as the routes"


async def test_a_change_from_elsewhere_is_refused_with_a_page_that_says_what_to_do(stranger: httpx.AsyncClient) -> None:
    for headers in IS_REFUSED:
        for method in ("POST", "PUT", "PATCH", "DELETE", "UNHEARD-OF"):
            answer = await stranger.request(method, "/nothing", headers=headers)
            assert answer.status_code == 403, f"{method} {headers}"
        assert_whole(answer)
        assert "nothing was changed" in answer.text
        assert "Go back, load the page again" in answer.text


async def test_reading_is_never_refused(stranger: httpx.AsyncClient) -> None:
    for headers in IS_REFUSED:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert (await stranger.request(method, "/about", headers=headers)).status_code in (200, 405)


async def test_an_act_of_a_system_counts_as_ever_and_one_that_a_page_elsewhere_sends_does_not(door: Door) -> None:
    await door.sign_in(Role.SOCIAL_WORKER, SOCIAL_WORKER)
    assert (await door.arrange()).status_code == 200
    before = await door.rows()
    act = {"action": "arrange_meeting", "by": "social_worker", "on": A_SCHOOL_DAY}
    answer = await door.client.post(f"/api/v1/cases/{CHILD}/acts", json=act, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/json")
    assert answer.json()["sentences"]
    assert await door.rows() == before

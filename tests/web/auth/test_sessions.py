"""A session ends by time, by hand and with the caseload; a request without one is shown the door and the way back."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from contracts.people import Role
from store import sessions
from store.page_tables import SessionRow, SignIn
from store.staff import give_staff_role
from tests.web.auth.visitor import SOCIAL_WORKER, TEACHER, Visitor
from tests.web.door import CHILD, Door
from tests.web.signed_in import sign_in_as

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def signed_in(visitor: Visitor, email: str = TEACHER) -> None:
    await sign_in_as(visitor.database, visitor.clock, visitor.client, email)
    assert await visitor.signed_in()


async def test_an_hour_without_a_request_ends_it(visitor: Visitor) -> None:
    await signed_in(visitor)
    for _ in range(5):
        visitor.clock.set(visitor.clock.at + HOUR - MINUTE)
        assert await visitor.signed_in()
    visitor.clock.set(visitor.clock.at + HOUR)
    assert not await visitor.signed_in()


async def test_twelve_hours_end_it_however_busy_it_was(visitor: Visitor) -> None:
    await signed_in(visitor)
    for _ in range(12 * 4 - 1):
        visitor.clock.set(visitor.clock.at + 15 * MINUTE)
        assert await visitor.signed_in()
    visitor.clock.set(visitor.clock.at + 15 * MINUTE)
    assert not await visitor.signed_in()


async def test_signing_out_ends_it_for_good(visitor: Visitor) -> None:
    await signed_in(visitor)
    secret = visitor.client.cookies["pep-session"]
    answer = await visitor.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?signed-out")
    assert answer.headers["clear-site-data"] == '"storage"'
    assert "pep-session" not in visitor.client.cookies
    assert "You have signed out." in (await visitor.client.get(answer.headers["location"])).text
    async with visitor.another_browser() as kept:
        kept.cookies.set("pep-session", secret)
        assert (await kept.get("/who")).status_code == 303


async def test_who_leaves_the_caseload_is_signed_out_at_once(visitor: Visitor, door: Door) -> None:
    """By the ordinary act: somebody else is the only child's carer from today."""
    await door.put("carer@home.example", Role.CARER, CHILD)
    await signed_in(visitor, "carer@home.example")
    await door.sign_in(Role.VIRTUAL_SCHOOL, "vs@council.example")
    handed = {"action": "change_person", "by": "virtual_school", "role": "carer", "name": "A B"}
    answer = await door.act(**handed, email="new.carer@home.example", **{"from": "2026-09-01"})
    assert answer.status_code == 200, answer.text
    assert not await visitor.signed_in()
    async with visitor.database.transaction() as session:
        assert (await session.execute(select(SessionRow.ended_because))).scalar_one() == "left"


async def test_the_operator_ends_all_of_somebody(visitor: Visitor) -> None:
    await signed_in(visitor)
    async with visitor.another_browser() as telephone, visitor.another_browser() as other:
        for client, email in ((telephone, TEACHER), (other, SOCIAL_WORKER)):
            await sign_in_as(visitor.database, visitor.clock, client, email)
        async with visitor.database.transaction() as session:
            await sessions.end_all_of(session, await visitor.id_of(TEACHER), visitor.clock.at)
        answers = [(await client.get("/who")).status_code for client in (visitor.client, telephone, other)]
    assert answers == [303, 303, 200]


async def test_signing_in_gives_a_new_secret_and_ends_what_the_browser_had(visitor: Visitor) -> None:
    """Fixation: a cookie that somebody planted becomes nobody's session."""
    visitor.client.cookies.set("pep-session", "planted-by-somebody", domain="pep.example")
    visitor.client.cookies.set("pep-sign-in", "planted-too", domain="pep.example")
    await visitor.give(await visitor.asked_and_got(TEACHER))
    first = visitor.client.cookies["pep-session"]
    assert first != "planted-by-somebody"
    await visitor.give(await visitor.asked_and_got(TEACHER))
    assert visitor.client.cookies["pep-session"] != first
    async with visitor.another_browser() as kept:
        for secret in (first, "planted-by-somebody"):
            kept.cookies.set("pep-session", secret)
            assert (await kept.get("/who")).status_code == 303


@pytest.mark.parametrize("headers", [{"Accept": "text/html"}, {"Accept": "text/html", "Sec-Fetch-Dest": "document"}])
async def test_a_page_is_come_back_to(visitor: Visitor, headers: dict[str, str]) -> None:
    answer = await visitor.client.get("/who", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fwho")
    assert 'value="/who"' in (await visitor.client.get(answer.headers["location"])).text
    code = await visitor.asked_and_got(TEACHER, "/who")
    assert (await visitor.give(code)).headers["location"] == "/who"


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/event-stream"}, {"Accept": "*/*"}, {"Accept": "text/html", "Sec-Fetch-Dest": "iframe"}],
)
async def test_what_is_no_page_leads_to_the_first_page(visitor: Visitor, headers: dict[str, str]) -> None:
    answer = await visitor.client.get("/who", headers=headers)
    assert answer.headers["location"] == "/sign-in?next=%2Fwork"


async def test_what_was_typed_before_the_session_ran_out_is_in_the_form_after_signing_in_again(
    visitor: Visitor, door: Door
) -> None:
    path = f"/cases/{CHILD}/sections/attendance_and_support"
    await signed_in(visitor)
    form = (await visitor.client.get(path)).text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    visitor.clock.set(visitor.clock.at + 2 * HOUR)
    field = re.findall(r'<textarea[^>]* name="([^"]+)"', form)[0]
    answer = await visitor.post(path, **hidden, **{field: "Long and thought over."})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?{urlencode({'next': path})}"
    await visitor.give(await visitor.asked_and_got(TEACHER, path))
    assert "Long and thought over." in (await visitor.client.get(path)).text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/\t/evil.example",
        "evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x", "", " /work", "/sign-out", "/sign-in",
        "/" + "x" * 300, "/a\u2028b",
    ],
)  # fmt: skip
async def test_no_way_back_leads_elsewhere(visitor: Visitor, path: str) -> None:
    code = await visitor.asked_and_got(TEACHER, path)
    location = (await visitor.give(code)).headers["location"]
    assert location == "/work" or (location == path and path.startswith("/%0d")), "a percent sign is no line break"
    shown = await visitor.client.get("/sign-in", params={"next": path})
    assert "evil" not in shown.text


async def test_whoever_opens_the_pages_changes_nothing(visitor: Visitor) -> None:
    """Mail scanners and link previews: with the attempt's own cookie or without any."""
    await visitor.ask(TEACHER)
    paths = (
        "/sign-in", "/sign-in/code", "/sign-in/authenticator", "/sign-in/set-up", "/sign-in/set-up/account.svg",
        "/sign-in/provider", "/sign-in/provider/back?code=x&state=y", "/sign-out",
        f"/sign-in/code?code={visitor.code()}",
    )  # fmt: skip
    before = await rows(visitor)
    async with visitor.another_browser() as scanner:
        for client in (scanner, visitor.client):
            for path in paths:
                answer = await client.get(path)
                assert "set-cookie" not in answer.headers, path
    assert await rows(visitor) == before
    assert (await visitor.give(visitor.code())).status_code == 303


async def rows(visitor: Visitor) -> Any:
    async with visitor.database.transaction() as session:
        attempts = select(SignIn.sha256, SignIn.tries, SignIn.used_at)
        return (
            [tuple(row) for row in (await session.execute(attempts)).all()],
            (await session.execute(select(func.count()).select_from(SessionRow))).scalar_one(),
        )


async def test_an_iro_reads_as_staff_and_still_may_not_act(visitor: Visitor, door: Door) -> None:
    async with door.database.transaction() as session:
        await give_staff_role(session, SOCIAL_WORKER, Role.IRO)
    for by in (Role.IRO, Role.VIRTUAL_SCHOOL_HEAD):
        answer = await door.act(action="sign_off", by=by.value)
        assert answer.status_code in (403, 422)
    assert (await door.client.get("/api/v1/cases/C001")).status_code == 200, "an IRO reads every case"

"""A code signs in once, within ten minutes and five tries, in the browser that asked; nobody learns who exists."""

from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select

from casework.imports import ImportReport
from contracts.people import Role
from store.cases import find_case, person_with
from store.database import Database
from store.page_tables import SessionRow, SignIn
from store.tables import CaseRole
from tests.support.clock import FixedClock
from tests.support.smtp_sink import Manner
from tests.web.auth.visitor import NOBODY, SOCIAL_WORKER, TEACHER, Visitor, wrong
from tests.web.door import app_on

MINUTE = timedelta(minutes=1)


async def test_a_teacher_signs_in_with_the_code_of_the_mail(visitor: Visitor) -> None:
    assert not await visitor.signed_in()
    code = await visitor.asked_and_got(f" {TEACHER.upper()} ", "/cases/C010")
    answer = await visitor.give(f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/C010")
    assert (await visitor.client.get("/who")).json() == TEACHER


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_only_its_hash_is_kept(
    visitor: Visitor,
) -> None:
    answer = await visitor.give(await visitor.asked_and_got(TEACHER))
    given = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("pep-session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(given.split("; "))
    secret = visitor.client.cookies["pep-session"]
    assert len(secret) == 43, "256 bits"
    async with visitor.database.transaction() as session:
        kept = [vars(row) for table in (SessionRow, SignIn) for row in (await session.execute(select(table))).scalars()]
    assert len(kept) == 2
    assert secret not in str(kept)
    assert "pep-sign-in" not in visitor.client.cookies


async def test_under_https_the_cookies_are_bound_to_this_host(
    database: Database, clock: FixedClock, roll: ImportReport
) -> None:
    app = app_on(database, clock, site="https://pep.example")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://pep.example") as client:
        answer = await client.post("/sign-in", data={"email": TEACHER})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-pep-sign-in=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


async def test_the_mail_has_the_code_and_no_link_and_no_name(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    received = visitor.sink.received[-1]
    message = received.message
    texts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    assert received.recipients == (TEACHER,)
    assert str(message["Subject"]) == "Your sign-in code"
    assert len(texts) == 2
    for text in texts:
        assert code in text
        assert "10 minutes" in text
        assert "only in the browser that asked for it" in " ".join(text.split())
        assert "http" not in text
        assert "<a" not in text


async def test_a_code_is_taken_once(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    cookies = dict(visitor.client.cookies)
    assert (await visitor.give(code)).status_code == 303
    async with visitor.another_browser() as same_cookie:
        same_cookie.cookies.update(cookies)
        assert (await same_cookie.post("/sign-in/code", data={"code": code})).status_code == 422
        assert (await same_cookie.get("/who")).status_code == 303


async def test_another_browser_gains_nothing_with_the_code(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    async with visitor.another_browser() as thief:
        assert (await thief.post("/sign-in/code", data={"code": code})).status_code == 422
        await thief.post("/sign-in", data={"email": TEACHER})
        assert (await thief.post("/sign-in/code", data={"code": code})).status_code == 422
        assert (await thief.get("/who")).status_code == 303
    assert (await visitor.give(code)).status_code == 303, "it still holds where it was asked for"


async def test_a_code_holds_for_ten_minutes(visitor: Visitor) -> None:
    for waited, status in ((10 * MINUTE - timedelta(seconds=1), 303), (10 * MINUTE, 422)):
        code = await visitor.asked_and_got(TEACHER)
        visitor.clock.set(visitor.clock.at + waited)
        assert (await visitor.give(code)).status_code == status


async def test_after_five_wrong_codes_the_right_one_is_refused_too(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    for number in range(5):
        answer = await visitor.give(wrong(code))
        assert answer.status_code == 422
        assert ("not the code of the newest mail" in answer.text) is (number < 4)
    assert (await visitor.give(code)).status_code == 422
    assert not await visitor.signed_in()
    assert (await visitor.give(await visitor.asked_and_got(TEACHER))).status_code == 303, "a new one is good"


async def test_a_slip_costs_no_try(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    for typed in ("", code[:5], f"{code}1", "abcdef") * 3:
        answer = await visitor.give(typed)
        assert (answer.status_code, "Type the 6 digits" in answer.text) == (422, True)
    assert (await visitor.give(code)).status_code == 303


async def test_an_address_gets_five_codes_in_a_quarter_of_an_hour(visitor: Visitor) -> None:
    for email in (TEACHER, NOBODY):
        for _ in range(5):
            assert (await visitor.ask(email)).status_code == 303
            visitor.clock.set(visitor.clock.at + MINUTE)
        answer = await visitor.ask(email)
        assert (answer.status_code, "wait 15 minutes" in answer.text) == (429, True)
    assert len(visitor.sink.received) == 5
    visitor.clock.set(visitor.clock.at + 11 * MINUTE)
    assert (await visitor.ask(TEACHER)).status_code == 303


async def test_guesses_do_not_add_up_over_a_day(visitor: Visitor) -> None:
    for _ in range(6):
        code = await visitor.asked_and_got(TEACHER)
        for _ in range(5):
            await visitor.give(wrong(code))
        visitor.clock.set(visitor.clock.at + 16 * MINUTE)
    assert (await visitor.ask(TEACHER)).status_code == 429
    visitor.clock.set(visitor.clock.at + timedelta(days=1))
    assert (await visitor.give(await visitor.asked_and_got(TEACHER))).status_code == 303


async def test_who_tries_one_address_after_the_other_is_slowed_down(visitor: Visitor) -> None:
    answers = [(await visitor.ask(f"person{number}@council.example")).status_code for number in range(201)]
    assert answers == [303] * 200 + [429]
    assert (await visitor.ask(TEACHER)).status_code == 429
    visitor.clock.set(visitor.clock.at + MINUTE)
    assert (await visitor.ask(TEACHER)).status_code == 303


async def test_who_guesses_for_many_people_is_slowed_down(visitor: Visitor) -> None:
    people = [f"teacher{number}@school.example" for number in range(10)]
    for email in people:
        await works_on_a_case(visitor, email)
    for _ in range(5):
        for email in people:
            other = wrong(await visitor.asked_and_got(email))
            for _ in range(4):
                assert (await visitor.give(other)).status_code == 422
    code = await visitor.asked_and_got(TEACHER)
    answer = await visitor.give(code)
    assert (answer.status_code, "Wait a minute" in answer.text) == (429, True)
    visitor.clock.set(visitor.clock.at + MINUTE)
    assert (await visitor.give(code)).status_code == 303


async def test_what_could_never_be_right_keeps_nobody_else_out(visitor: Visitor) -> None:
    """Without an attempt, for an address that nobody has, and in an attempt that is over."""
    async with visitor.another_browser() as attacker:
        for _ in range(205):
            assert (await attacker.post("/sign-in/code", data={"code": "123456"})).status_code == 422
        await attacker.post("/sign-in", data={"email": NOBODY})
        for _ in range(205):
            assert (await attacker.post("/sign-in/code", data={"code": "123456"})).status_code == 422
        await attacker.post("/sign-in", data={"email": SOCIAL_WORKER})
        for _ in range(205):
            assert (await attacker.post("/sign-in/code", data={"code": "123456"})).status_code == 422
    assert (await visitor.give(await visitor.asked_and_got(TEACHER))).status_code == 303


async def works_on_a_case(visitor: Visitor, email: str) -> None:
    async with visitor.database.transaction() as session:
        case = await find_case(session, "C010")
        assert case
        session.add(CaseRole(case_id=case.id, role=Role.CARER, person_id=await person_with(session, email)))


async def test_whether_anybody_has_an_address_cannot_be_seen(visitor: Visitor) -> None:
    """Known, unknown, and known without a role any more: the same bodies, statuses and kinds of cookie all the way."""
    async with visitor.database.transaction() as session:
        await person_with(session, "left@council.example")
    seen = {email: await walk(visitor, email) for email in (TEACHER, SOCIAL_WORKER, NOBODY, "left@council.example")}
    assert len({str(answers) for answers in seen.values()}) == 1
    assert [status for status, *_ in seen[NOBODY]] == [303, 200, *[422] * 6]
    assert [received.recipients for received in visitor.sink.received] == [(TEACHER,), (SOCIAL_WORKER,)]


async def walk(visitor: Visitor, email: str) -> Sequence[tuple[object, ...]]:
    answers: list[tuple[object, ...]] = []
    async with visitor.another_browser() as browser:
        for method, path, fields in (
            ("POST", "/sign-in", {"email": email}),
            ("GET", "/sign-in/code", {}),
            *[("POST", "/sign-in/code", {"code": "000000"})] * 6,
        ):
            answer = await browser.request(method, path, data=fields)
            nonce = answer.headers["content-security-policy"].split("nonce-")[1].split("'")[0]
            text = answer.text.replace(email, "EMAIL").replace(nonce, "NONCE")
            answers.append((answer.status_code, answer.headers.get("location"), sorted(browser.cookies), text))
    return answers


async def test_a_guess_that_happens_to_be_right_signs_nobody_in(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.auth.sign_in.new_code", lambda: "424242")
    await visitor.ask(NOBODY)
    assert (await visitor.give("424242")).status_code == 422
    await visitor.ask(TEACHER)
    assert (await visitor.give("424242")).status_code == 303


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a@b.example, c@d.example", "x" * 300 + "@b.example"])
async def test_what_is_no_address_is_said_and_not_lost(visitor: Visitor, typed: str) -> None:
    answer = await visitor.ask(typed)
    assert answer.status_code == 422
    assert "not an e-mail address like name@school.example" in answer.text
    assert f'value="{typed}"' in answer.text or not typed
    assert 'href="#email"' in answer.text


async def test_a_mail_server_that_hesitates_is_asked_twice(visitor: Visitor) -> None:
    visitor.sink.plan(Manner.LATER_AT_MAIL)
    assert (await visitor.give(await visitor.asked_and_got(TEACHER))).status_code == 303
    assert len(visitor.sink.received) == 1


async def test_without_a_mail_server_the_page_is_the_same_and_the_log_names_nobody(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    await visitor.sink.go_down()
    assert (await visitor.ask(TEACHER)).status_code == 303
    assert "a sign-in code may not have arrived" in caplog.text
    assert "dt.900041" not in caplog.text


async def test_who_has_left_before_typing_the_code_stays_outside(visitor: Visitor) -> None:
    code = await visitor.asked_and_got(TEACHER)
    teacher = await visitor.id_of(TEACHER)
    async with visitor.database.transaction() as session:
        await session.execute(delete(CaseRole).where(CaseRole.person_id == teacher))
    assert (await visitor.give(code)).status_code == 422


async def test_every_council_role_needs_more_than_a_mail(visitor: Visitor) -> None:
    for role in (Role.VIRTUAL_SCHOOL, Role.FINANCE, Role.OPERATOR, Role.ENGINEER, Role.IRO, Role.VIRTUAL_SCHOOL_HEAD):
        email = f"{role.value}@council.example"
        await visitor.staff(role, email)
        answer = await visitor.give(await visitor.asked_and_got(email))
        assert answer.headers["location"] == "/sign-in/set-up"
        assert not await visitor.signed_in()
    for email in (SOCIAL_WORKER, "manager.south@council.example"):
        answer = await visitor.give(await visitor.asked_and_got(email))
        assert answer.headers["location"] == "/sign-in/set-up"

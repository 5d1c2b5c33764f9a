"""The council's second step: set up once, a code of the present half minute or its neighbours, each taken once."""

import secrets
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from starter.encryption import KeyRing
from store import authenticators
from store.page_tables import Authenticator, SessionRow
from tests.web.auth.visitor import SOCIAL_WORKER, TEACHER, Visitor, wrong
from web.auth import authenticator

PATH = "/sign-in/authenticator"
OTHER = "sw4@council.example"


async def enrolled(visitor: Visitor) -> str:
    """The social worker has an authenticator and has signed out; gives its secret. Half a minute has passed."""
    secret = await visitor.set_up()
    assert (await visitor.post("/sign-in/set-up", code=visitor.shown(secret))).status_code == 303
    await visitor.post("/sign-out")
    visitor.clock.set(visitor.clock.at + authenticator.STEP)
    return secret


async def at_the_second_step(visitor: Visitor) -> None:
    answer = await visitor.give(await visitor.asked_and_got(SOCIAL_WORKER, "/cases/C010"))
    assert answer.headers["location"] == PATH


async def test_a_social_worker_sets_it_up_once_and_uses_it_from_then_on(visitor: Visitor) -> None:
    secret = await enrolled(visitor)
    assert not await visitor.signed_in()
    await at_the_second_step(visitor)
    assert not await visitor.signed_in(), "the mail alone is not enough"
    answer = await visitor.post(PATH, code=visitor.shown(secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/C010")
    assert (await visitor.client.get("/who")).json() == SOCIAL_WORKER
    async with visitor.database.transaction() as session:
        ways = (await session.execute(select(SessionRow.way))).scalars().all()
    assert set(ways) == {"authenticator"}


async def test_any_app_that_follows_the_standard_shows_the_same_codes(visitor: Visitor) -> None:
    secret = await visitor.set_up()
    assert visitor.shown(secret) == pyotp.TOTP(secret).at(visitor.clock.at)
    assert len(secret) == 32, "160 bits"


async def test_the_picture_is_for_the_browser_that_sets_up_and_nobody_else(visitor: Visitor) -> None:
    secret = await visitor.set_up()
    picture = await visitor.client.get("/sign-in/set-up/account.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert picture.headers["cache-control"] == "no-store"
    assert "<svg" in picture.text
    async with visitor.another_browser() as other:
        assert (await other.get("/sign-in/set-up/account.svg")).status_code == 404
        assert (await other.get("/sign-in/set-up")).headers["location"] == "/sign-in"
    await visitor.post("/sign-in/set-up", code=visitor.shown(secret))
    assert (await visitor.client.get("/sign-in/set-up/account.svg")).status_code == 404, "it is shown no more"


async def test_nothing_is_kept_before_the_app_has_shown_a_right_code(visitor: Visitor) -> None:
    secret = await visitor.set_up()
    answer = await visitor.post("/sign-in/set-up", code=wrong(visitor.shown(secret)))
    assert (answer.status_code, "time-based" in answer.text) == (422, True)
    assert not await visitor.signed_in()
    async with visitor.database.transaction() as session:
        assert (await session.execute(select(Authenticator))).first() is None
    assert (await visitor.post("/sign-in/set-up", code=visitor.shown(secret))).status_code == 303


async def test_of_two_browsers_that_set_up_at_once_the_first_counts(visitor: Visitor) -> None:
    first = await visitor.set_up()
    cookies = dict(visitor.client.cookies)
    visitor.client.cookies.clear()
    second = await visitor.set_up()
    assert (await visitor.post("/sign-in/set-up", code=visitor.shown(second))).status_code == 303
    async with visitor.another_browser() as other:
        other.cookies.update(cookies)
        answer = await other.post("/sign-in/set-up", data={"code": visitor.shown(first)})
        assert answer.headers["location"] == "/sign-in"
        assert (await other.get("/who")).status_code == 303


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
async def test_a_telephone_may_be_half_a_minute_wrong(visitor: Visitor, steps: int, status: int) -> None:
    secret = await enrolled(visitor)
    visitor.clock.set(visitor.clock.at + timedelta(minutes=5))
    await at_the_second_step(visitor)
    assert (await visitor.post(PATH, code=visitor.shown(secret, steps))).status_code == status


async def test_no_code_is_taken_twice_nor_an_older_one_after_it(visitor: Visitor) -> None:
    secret = await enrolled(visitor)
    await at_the_second_step(visitor)
    code = visitor.shown(secret, 1)
    assert (await visitor.post(PATH, code=code)).status_code == 303
    await at_the_second_step(visitor)
    for again in (code, visitor.shown(secret, 0), visitor.shown(secret, -1)):
        answer = await visitor.post(PATH, code=again)
        assert (answer.status_code, "used a moment ago" in answer.text) == (422, True)
    visitor.clock.set(visitor.clock.at + 2 * authenticator.STEP)
    assert (await visitor.post(PATH, code=visitor.shown(secret))).status_code == 303


async def test_the_code_that_set_it_up_is_used_up_with_it(visitor: Visitor) -> None:
    secret = await visitor.set_up()
    await visitor.post("/sign-in/set-up", code=visitor.shown(secret))
    await at_the_second_step(visitor)
    assert "used a moment ago" in (await visitor.post(PATH, code=visitor.shown(secret))).text


async def test_five_wrong_codes_lock_it_for_a_quarter_of_an_hour_wherever_they_come_from(visitor: Visitor) -> None:
    secret = await enrolled(visitor)
    for number in range(5):
        if number % 2 == 0:
            await at_the_second_step(visitor)
        answer = await visitor.post(PATH, code=wrong(visitor.shown(secret, 2)))
        assert (answer.status_code, "locked for 15 minutes" in answer.text) == (422, number == 4)
    assert "locked" in (await visitor.post(PATH, code=visitor.shown(secret))).text, "the right one too"
    visitor.clock.set(visitor.clock.at + timedelta(minutes=15))
    await at_the_second_step(visitor)
    assert (await visitor.post(PATH, code=visitor.shown(secret))).status_code == 303


async def test_the_second_step_waits_for_ten_minutes_and_only_in_its_browser(visitor: Visitor) -> None:
    secret = await enrolled(visitor)
    await at_the_second_step(visitor)
    async with visitor.another_browser() as other:
        answer = await other.post(PATH, data={"code": visitor.shown(secret)})
        assert answer.headers["location"] == "/sign-in"
    visitor.clock.set(visitor.clock.at + timedelta(minutes=10))
    assert (await visitor.post(PATH, code=visitor.shown(secret))).headers["location"] == "/sign-in"
    assert not await visitor.signed_in()


async def test_a_secret_is_kept_encrypted_and_opens_in_nobody_elses_row(visitor: Visitor) -> None:
    secret = await enrolled(visitor)
    other = await visitor.id_of(OTHER)
    async with visitor.database.transaction() as session:
        kept = (await session.execute(select(Authenticator))).scalar_one()
        assert secret not in kept.sealed_secret
        assert authenticator.opened(visitor.doorkeeper.ring, kept.person_id, kept.sealed_secret) == secret
        await session.execute(update(Authenticator).values(person_id=other))
    await visitor.give(await visitor.asked_and_got(OTHER))
    with pytest.raises(Exception, match="does not open"):
        authenticator.opened(visitor.doorkeeper.ring, other, kept.sealed_secret)


async def test_after_a_rotation_of_the_keys_a_secret_moves_to_the_new_one_when_it_is_used(visitor: Visitor) -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    ring = KeyRing({"new": new, "old": old})
    secret, person_id = authenticator.new_secret(), await visitor.id_of(SOCIAL_WORKER)
    async with visitor.database.transaction() as session:
        kept = authenticator.sealed(KeyRing({"old": old}), person_id, secret)
        await authenticators.enrol(session, person_id, kept, None, visitor.clock.at)
    object.__setattr__(visitor.doorkeeper, "ring", ring)
    await at_the_second_step(visitor)
    assert (await visitor.post(PATH, code=visitor.shown(secret))).status_code == 303
    async with visitor.database.transaction() as session:
        moved = await authenticators.sealed_secret(session, person_id)
    assert moved
    assert authenticator.opened(KeyRing({"new": new}), person_id, moved) == secret


async def test_reset_it_is_set_up_anew(visitor: Visitor) -> None:
    before = await enrolled(visitor)
    async with visitor.database.transaction() as session:
        assert await authenticators.forget(session, await visitor.id_of(SOCIAL_WORKER))
    assert await visitor.set_up() != before


async def test_a_teacher_needs_none(visitor: Visitor) -> None:
    assert (await visitor.give(await visitor.asked_and_got(TEACHER))).headers["location"] == "/work"

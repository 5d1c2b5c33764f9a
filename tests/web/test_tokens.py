"""Bearer tokens: shown once, kept as a hash, bound to one person, refused from the moment they are revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.imports import ImportReport
from contracts.people import ACTING_ROLES, Role
from store import tokens
from store.database import Database
from store.tables import Person, StaffRole, Token
from store.tokens import AUTHORITY_WIDE, RoleNotHeld, make_token
from tests.support.clock import FixedClock
from tests.web.door import CHILD, SOCIAL_WORKER, TEACHER, Door

NEW = "New.Person@Council.example"


async def test_a_token_is_long_is_kept_as_a_hash_and_finds_its_person(
    database: Database, clock: FixedClock, roll: ImportReport
) -> None:
    plain = await make_token(database, clock, Role.SOCIAL_WORKER, f" {SOCIAL_WORKER.upper()} ")
    another = await make_token(database, clock, Role.SOCIAL_WORKER, SOCIAL_WORKER)
    assert plain != another
    assert plain.startswith("pep_")
    assert len(plain) == 4 + 43, "32 bytes"
    async with database.transaction() as session:
        rows = list((await session.execute(select(Token))).scalars())
        person = await session.get_one(Person, rows[0].person_id)
        assert [await tokens.find(session, token) for token in (plain, another)] == [person.id, person.id]
        assert await tokens.find(session, plain + "x") is None
        assert await tokens.find(session, rows[0].sha256) is None
    assert person.email == SOCIAL_WORKER
    assert {row.created_at for row in rows} == {clock.at}
    assert plain not in str([vars(row) for row in rows])


async def test_a_role_for_the_whole_authority_comes_with_the_token(database: Database, clock: FixedClock) -> None:
    for role in sorted(AUTHORITY_WIDE):
        await make_token(database, clock, role, NEW, "Ana New")
        await make_token(database, clock, role, NEW.lower())
    async with database.transaction() as session:
        person = (await session.execute(select(Person))).scalar_one()
        roles = (await session.execute(select(StaffRole.role).where(StaffRole.person_id == person.id))).scalars()
        assert set(roles) == AUTHORITY_WIDE
    assert (person.name, person.email) == ("Ana New", NEW.lower())


async def test_a_role_on_cases_is_never_given_by_a_token(
    database: Database, clock: FixedClock, roll: ImportReport
) -> None:
    for role in set(ACTING_ROLES) - AUTHORITY_WIDE:
        for email in (NEW, TEACHER if role is not Role.DESIGNATED_TEACHER else SOCIAL_WORKER):
            with pytest.raises(RoleNotHeld, match=f"Nobody with this address is {role.in_words} on any case"):
                await make_token(database, clock, role, email)
    for role in set(Role) - set(ACTING_ROLES):
        with pytest.raises(RoleNotHeld, match="only receives letters"):
            await make_token(database, clock, role, SOCIAL_WORKER)
    async with database.transaction() as session:
        assert (await session.execute(select(Token))).first() is None


async def test_without_a_token_that_holds_nothing_is_answered(door: Door) -> None:
    good = door.client.headers.pop("Authorization")
    other_scheme = good.replace("Bearer", "Basic")
    wrong = ["", "Bearer", "Bearer ", "Bearer pep_wrong", f"{good}x", other_scheme, "Bearer pep_\xff"]
    for given in [None, *wrong]:
        headers = {} if given is None else {b"Authorization": given.encode("latin-1")}
        for method, path in (
            ("GET", "/api/v1/cases"),
            ("GET", f"/api/v1/cases/{CHILD}"),
            ("POST", f"/api/v1/cases/{CHILD}/acts"),
        ):
            answer = await door.client.request(method, path, headers=headers)
            assert answer.status_code == 401, (given, path)
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="pep"')
            assert "./pep token" in answer.json()["sentences"][1]
    assert (await door.client.get("/api/v1/cases", headers={"Authorization": good})).status_code == 200


async def test_a_revoked_token_is_refused_from_then_on(door: Door) -> None:
    plain = await door.token(Role.SOCIAL_WORKER, SOCIAL_WORKER)
    async with door.database.transaction() as session:
        assert await tokens.revoke(session, plain, door.clock.at + timedelta(hours=1))
    answer = await door.client.get("/api/v1/cases")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    async with door.database.transaction() as session:
        assert not await tokens.revoke(session, plain, door.clock.at)
        assert not await tokens.revoke(session, "pep_never", door.clock.at)
        another = await tokens.create(session, SOCIAL_WORKER, Role.SOCIAL_WORKER, door.clock.at)
    answer = await door.client.get("/api/v1/cases", headers={"Authorization": f"bearer {another}"})
    assert answer.status_code == 200

"""Who may sign in for the whole authority; lost telephones and leavers; codes of a demonstration only."""

import re

from sqlalchemy import select

from casework.authority import AuthorityDetails, set_up
from settings import Settings
from starter.encryption import KeyRing
from store import authenticators, sessions
from store.cases import person_at
from store.clock import DatabaseClock
from store.page_tables import SessionRow
from store.sessions import Way
from store.tables import Person, StaffRole, Token
from tests.cli.conftest import Service
from web.auth import authenticator

IRO = "iro@council.example"
COMMANDS = ("reset-authenticator", "sign-out")


async def known(service: Service) -> int:
    made = await service.pep("person", IRO.upper(), "--role", "iro", "--name", "Helen Quist")
    assert (made.code, made.out) == (0, "They may sign in as IRO.\n"), made.err
    async with service.database.transaction() as session:
        person_id = await person_at(session, IRO)
    assert person_id
    return person_id


async def signed_in(service: Service, person_id: int) -> None:
    """With an authenticator that the service's own keys open."""
    key = (service.data / "encryption.key").read_text().strip()
    ring = KeyRing(Settings.model_validate({**SETTINGS, "encryption_keys": key}).encryption_keys)
    now = await DatabaseClock(service.database).now()
    async with service.database.transaction() as session:
        await sessions.begin(session, person_id, Way.AUTHENTICATOR, now)
        secret = authenticator.sealed(ring, person_id, authenticator.new_secret())
        await authenticators.enrol(session, person_id, secret, None, now)


SETTINGS = {
    "database_url": "postgresql+asyncpg:///",
    "temporal_address": "127.0.0.1:1",
    "smtp_host": "127.0.0.1",
    "mail_from": "pep@council.example",
    "site_url": "http://127.0.0.1",
}


async def ended(service: Service) -> list[str | None]:
    async with service.database.transaction() as session:
        return list((await session.execute(select(SessionRow.ended_because))).scalars())


async def test_somebody_gets_a_role_for_the_whole_authority_and_no_token(service: Service) -> None:
    person_id = await known(service)
    async with service.database.transaction() as session:
        person = await session.get_one(Person, person_id)
        roles = (await session.execute(select(StaffRole.person_id, StaffRole.role))).all()
        assert (await session.execute(select(Token))).first() is None
    assert (person.name, person.email) == ("Helen Quist", IRO)
    assert [tuple(row) for row in roles] == [(person_id, "iro")]


async def test_a_role_that_comes_from_the_cases_cannot_be_given(service: Service) -> None:
    for role in ("social_worker", "designated_teacher", "carer"):
        refused = await service.pep("person", IRO, "--role", role, "--name", "X")
        assert refused.code == 2
    assert (await service.pep("person", "no address", "--role", "iro", "--name", "X")).code == 2


async def test_a_lost_telephone_is_reset_and_signed_out(service: Service) -> None:
    person_id = await known(service)
    await signed_in(service, person_id)
    done = await service.pep("reset-authenticator", IRO)
    assert (done.code, done.out) == (0, "They set up a new authenticator the next time they sign in.\n")
    assert await ended(service) == ["by_operator"]
    async with service.database.transaction() as session:
        assert await authenticators.sealed_secret(session, person_id) is None
    assert (await service.pep("reset-authenticator", IRO)).out == "They had no authenticator.\n"


async def test_a_leaver_is_signed_out_and_keeps_the_authenticator(service: Service) -> None:
    person_id = await known(service)
    await signed_in(service, person_id)
    assert (await service.pep("sign-out", f" {IRO.upper()}")).code == 0
    assert await ended(service) == ["by_operator"]
    async with service.database.transaction() as session:
        assert await authenticators.sealed_secret(session, person_id) is not None


async def test_nobody_is_named_in_a_sentence(service: Service) -> None:
    for command in COMMANDS:
        answer = await service.pep(command, "nobody@council.example")
        assert (answer.code, answer.err) == (2, "Nobody here has this address. Check it.\n")


async def test_a_code_is_shown_in_a_demonstration_only(service: Service) -> None:
    await signed_in(service, await known(service))
    for demonstration in (False, True):
        details = AuthorityDetails("Northmoor", "vs@council.example", demonstration=demonstration)
        await set_up(service.database, details)
        shown = await service.pep("code", IRO)
        if demonstration:
            assert shown.code == 0
            assert re.fullmatch(r"\d{6}\n", shown.out)
        else:
            assert (shown.code, shown.out) == (1, "")
            assert shown.err.startswith("This is no demonstration")

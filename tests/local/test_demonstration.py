"""The demonstration is whole: invented, labelled, alive in every stage, settled, and never ahead of its time."""

import csv
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.roll_file import check_roll
from casework.term_dates_file import check_terms
from casework.which import shown
from contracts.people import Role
from contracts.review import Stage
from local.demonstration import AUTHORITY, CAST, load, roll_of, term_to_start_from
from local.demonstration_people import NoCode, code_for, introduce
from local.postgres import EmbeddedPostgres
from rules.progress import as_of
from settings import Settings, new_key_ring
from starter.encryption import KeyRing
from store.cases import cases_in_care, the_authority
from store.database import Database
from store.letters import LetterState
from store.money_tables import Payment
from store.outbox_tables import Letter
from store.quiet import is_quiet
from store.reviews import reviews_of
from store.tables import CaseEvent, Delegation, Person, StoredAct
from tests.support.clock import FixedClock
from tests.support.database import fresh_database
from tests.support.smtp_sink import SmtpSink

NOW = datetime(2026, 11, 23, 20, 8, 27, 123456, tzinfo=UTC)
"""In an autumn in which every stage is possible."""
DATA = Path(__file__).parents[2] / "local" / "demo_data"


@dataclass(frozen=True)
class Loaded:
    database: Database
    mailbox: SmtpSink
    payments: Path
    ring: KeyRing
    said: list[str]


@pytest.fixture(scope="module")
async def loaded(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Loaded]:
    """The demonstration as it is loaded at NOW."""
    folder = tmp_path_factory.mktemp("demonstration")
    said: list[str] = []
    async with fresh_database(postgres) as database, SmtpSink() as mailbox:
        settings = Settings(
            database_url=database.engine.url.render_as_string(hide_password=False),
            temporal_address="127.0.0.1:1",
            encryption_keys=new_key_ring("test"),
            smtp_host=mailbox.host,
            smtp_port=mailbox.port,
            smtp_use_tls=False,
            mail_from="Virtual School <pep@virtual-school.example>",
            site_url="http://127.0.0.1:8700",
            data_dir=folder,
        )
        await load(settings, said.append, FixedClock(NOW))
        yield Loaded(database, mailbox, folder / "payments", KeyRing(settings.encryption_keys), said)


async def test_its_cases_are_alive_in_every_stage(loaded: Loaded) -> None:
    async with loaded.database.transaction() as session:
        reviews = {case.ref: shown(await reviews_of(session, case.id)) for case in await cases_in_care(session)}
    stages = {ref: as_of(kept.plan, kept.standing, NOW).stage for ref, kept in reviews.items() if kept}
    assert stages == {ref: direction.stage for ref, direction in CAST.items()}
    assert {*stages.values()} == {*Stage} - {Stage.PAYING, Stage.CLOSED, Stage.MISSED, Stage.PAUSED}
    assert "12 children" in loaded.said[-1]


async def test_nothing_is_dated_in_the_future_and_nothing_is_left_to_do(loaded: Loaded) -> None:
    columns = (CaseEvent.at, StoredAct.at, Letter.dated, Letter.settled_at, Payment.booked_at)
    newest = select(*(select(func.max(column)).scalar_subquery() for column in columns))
    async with loaded.database.transaction() as session:
        latest = [instant for instant in (await session.execute(newest)).one() if instant is not None]
        assert await is_quiet(session, NOW)
    assert len(latest) == len(columns)
    assert all(instant <= NOW for instant in latest)
    assert max(latest) > NOW - timedelta(days=1), "it goes on until today"


async def test_letters_are_in_the_mailbox_and_are_not_sent_again(loaded: Loaded) -> None:
    async with loaded.database.transaction() as session:
        letters = list((await session.execute(select(Letter))).scalars())
    sent = {letter.message_id for letter in letters if letter.state == LetterState.SENT}
    subjects = [str(received.message["Subject"]).strip() for received in loaded.mailbox.received]
    assert {letter.state for letter in letters} <= {LetterState.SENT, LetterState.WITHDRAWN}
    assert sorted(received.message["Message-ID"] for received in loaded.mailbox.received) == sorted(sent)
    assert [subject for subject in subjects if not subject.startswith("[Demonstration] ")] == []


async def test_it_is_invented_and_says_so(loaded: Loaded) -> None:
    async with loaded.database.transaction() as session:
        authority = await the_authority(session)
        emails = list((await session.execute(select(Person.email))).scalars())
    assert authority
    assert (authority.name, authority.demonstration) == (AUTHORITY.name, True)
    assert "demonstration" in authority.name
    assert emails
    assert all(email.endswith(".example") for email in emails)


async def test_its_payments_are_booked_and_in_their_files(loaded: Loaded) -> None:
    async with loaded.database.transaction() as session:
        booked = sorted((await session.execute(select(Payment.key))).scalars())
    files = sorted(loaded.payments.glob("payments-*.csv"))
    filed = [row["payment_key"] for file in files for row in csv.DictReader(file.read_text().splitlines())]
    assert sorted(filed) == booked
    assert len(booked) > 1


def test_until_summer_2035_there_are_ten_weeks_or_a_term_to_look_back_on() -> None:
    day = date(2026, 1, 5)
    while day < date(2035, 7, 1):
        start = term_to_start_from(day)
        assert start
        assert start.term.last_day < day or start.term.first_day + timedelta(weeks=10) <= day
        day += timedelta(days=23)
    assert term_to_start_from(date(2035, 9, 1)) is None


@pytest.mark.parametrize("year", range(2025, 2035))
def test_the_roll_fits_every_year(year: int) -> None:
    terms = check_terms((DATA / "term_dates.csv").read_bytes())
    assert (terms.faults, terms.warnings) == ((), ())
    label = f"{year}/{(year + 1) % 100:02}"
    roll = check_roll(roll_of(year), {row.calendar for row in terms.rows}, date(year, 9, 1), label)
    assert (roll.faults, roll.warnings) == ((), ())
    assert {child.ref for child in roll.rows} == set(CAST)


async def test_there_is_somebody_for_every_role_and_the_table_says_how_to_sign_in(loaded: Loaded) -> None:
    said: list[str] = []
    await introduce(loaded.database, "http://127.0.0.1:8701", said.append)
    table = said[0]
    for role in set(Role) - {Role.HEAD_TEACHER}:
        assert f"\n  {role.in_words} " in table, role
    assert "every case" in table
    assert "http://127.0.0.1:8701" in said[1]
    assert "./pep code EMAIL" in said[1]
    async with loaded.database.transaction() as session:
        shown = {line.split("@")[0].split()[-1] for line in table.splitlines()[1:]}
        assert len(shown) > 10
        delegated = (await session.execute(select(Delegation.section))).scalars().all()
    assert delegated == ["*"]


async def test_the_code_of_a_councils_person_can_be_shown_in_a_demonstration_only(loaded: Loaded) -> None:
    database, now = loaded.database, NOW
    for email in ("ros.keane@exampleshire.example", "iro@exampleshire.example", "manager.west@exampleshire.example"):
        assert re.fullmatch(r"\d{6}", await code_for(database, loaded.ring, email, now))
    for email in ("teacher@northmoor.example", "nobody@exampleshire.example"):
        with pytest.raises(NoCode, match="the code in the mailbox is all they need"):
            await code_for(database, loaded.ring, email, now)
    async with database.transaction() as session:
        authority = await the_authority(session)
        assert authority
        authority.demonstration = False
    try:
        with pytest.raises(NoCode, match="This is no demonstration"):
            await code_for(database, loaded.ring, "ros.keane@exampleshire.example", now)
        said: list[str] = []
        await introduce(database, None, said.append)
        assert said == []
    finally:
        async with database.transaction() as session:
            authority = await the_authority(session)
            assert authority
            authority.demonstration = True

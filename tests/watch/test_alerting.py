"""Alerts on a real mail server and a real webhook: what they say, how they are gathered, and what failure does."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts.alerts import AlertKind, AlertState, Channel
from contracts.problems import ProblemKind, ProblemState
from post.smtp import SmtpPost
from rules.flood import GATHERED_FOR, GIVEN_UP_AFTER, MOST_AN_HOUR
from store.database import Database
from store.service_counts import unsent_alerts
from store.watch_tables import Alert, ProblemRow
from tests.support.clock import FIRST_MORNING, FixedClock
from tests.support.smtp_sink import SmtpSink
from tests.watch.hook import Hook, listening
from tests.watch.problems import a_problem, told
from watch.alerting import Alerting
from watch.channels import SIGNATURE, ByMail, ByWebhook

SITE = "https://pep.example"
SECRET = "a secret of the pager"
A_LITTLE = timedelta(seconds=61)


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with SmtpSink() as server:
        yield server


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with listening() as one:
        yield one


@pytest.fixture
def by_mail(database: Database, clock: FixedClock, sink: SmtpSink) -> Alerting:
    way = ByMail(SmtpPost(sink.host, sink.port), "PEP <pep@council.example>", "duty@council.example")
    return Alerting(database, clock, {Channel.MAIL: way}, SITE)


@pytest.fixture
def by_webhook(database: Database, clock: FixedClock, hook: Hook) -> Alerting:
    return Alerting(database, clock, {Channel.WEBHOOK: ByWebhook(hook.url, SECRET)}, SITE)


async def later(clock: FixedClock, alerting: Alerting, by: timedelta = A_LITTLE) -> None:
    clock.set(clock.at + by)
    await alerting.walk(clock.at)


async def states(database: Database, channel: Channel) -> list[str]:
    async with database.transaction() as session:
        found = select(Alert.state).where(Alert.channel == channel.value).order_by(Alert.id)
        return list((await session.execute(found)).scalars())


async def test_what_is_found_within_a_minute_comes_in_one_mail(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    first = await a_problem(database, clock.at, things=23, pence=50_000)
    await told(database, first, clock.at)
    await by_mail.walk(clock.at)
    assert sink.received == [], "others may follow"
    clock.set(clock.at + timedelta(seconds=40))
    second = await a_problem(database, clock.at, kind=ProblemKind.SERVICE_STOPPED, step="worker")
    await told(database, second, clock.at)
    await later(clock, by_mail)
    await later(clock, by_mail)
    (mail,) = [received.message for received in sink.received]
    assert mail["Subject"] == "PEP: 2 problems"
    assert mail["To"] == "duty@council.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content().replace("\r\n", "\n")
    assert (
        f"Problem {first}, new: Grant not paid: the finance system does not answer.\n23 things stuck, £11,500.00"
        in text
    )
    assert f"{SITE}/console/problems/{second}" in text
    assert await states(database, Channel.MAIL) == ["sent", "sent"]
    assert await states(database, Channel.WEBHOOK) == ["held_back", "held_back"], "no webhook is set up"


async def test_a_webhook_is_told_in_figures_and_can_check_who_tells(
    database: Database, clock: FixedClock, by_webhook: Alerting, hook: Hook
) -> None:
    number = await a_problem(database, clock.at, things=2, pence=50_000)
    await told(database, number, clock.at)
    await later(clock, by_webhook)
    ((headers, body),) = hook.posted
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE.lower()] == f"sha256={signed}"
    assert json.loads(body)["alerts"] == [
        {
            "problem": number,
            "event": "new",
            "class": "activity_failing",
            "says": "Grant not paid: the finance system does not answer",
            "step": "release_grant",
            "state": "new",
            "children": 0,
            "things": 2,
            "pounds": "1000.00",
            "found_at": FIRST_MORNING.isoformat(),
            "link": f"{SITE}/console/problems/{number}",
        }
    ]


async def test_a_service_that_works_again_is_told(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    number = await a_problem(database, clock.at, kind=ProblemKind.SERVICE_STOPPED, step="worker")
    await told(database, number, clock.at)
    await later(clock, by_mail)
    async with database.transaction() as session:
        (await session.get_one(ProblemRow, number)).state = ProblemState.RESOLVED
    await told(database, number, clock.at, AlertKind.RESOLVED)
    await later(clock, by_mail)
    subjects = [received.message["Subject"] for received in sink.received]
    assert subjects == [f"PEP: The worker has stopped ({what}, problem {number})" for what in ("new", "works again")]


async def test_a_flood_ends_in_one_message_that_counts(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    for _ in range(MOST_AN_HOUR):
        await told(database, await a_problem(database, clock.at), clock.at)
        await later(clock, by_mail)
    assert len(sink.received) == MOST_AN_HOUR
    assert "whatever else is found comes in one, at 10:" in sink.received[-1].message.get_content()
    for _ in range(22):
        await told(database, await a_problem(database, clock.at), clock.at)
        await later(clock, by_mail)
    assert len(sink.received) == MOST_AN_HOUR
    await later(clock, by_mail, timedelta(hours=1))
    (last,) = [received.message for received in sink.received[MOST_AN_HOUR:]]
    assert last["Subject"] == "PEP: 22 problems"
    assert f"And 12 more: {SITE}/console" in last.get_content()


async def test_a_problem_that_is_put_on_hold_meanwhile_is_not_told(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    number = await a_problem(database, clock.at)
    await told(database, number, clock.at)
    async with database.transaction() as session:
        (await session.get_one(ProblemRow, number)).state = ProblemState.ON_HOLD
    await later(clock, by_mail)
    assert sink.received == []
    assert await states(database, Channel.MAIL) == [AlertState.HELD_BACK]


async def test_an_outage_of_the_mail_server_is_waited_out(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    number = await a_problem(database, clock.at)
    await told(database, number, clock.at)
    await sink.go_down()
    await later(clock, by_mail)
    await sink.come_back()
    await later(clock, by_mail, timedelta(seconds=1))
    assert sink.received == [], "it was tried a second ago"
    await later(clock, by_mail)
    assert [received.message["Subject"] for received in sink.received] == [
        f"PEP: Grant not paid: the finance system does not answer (new, problem {number})"
    ]


async def test_after_a_day_it_is_given_up_and_counted(
    database: Database, clock: FixedClock, by_webhook: Alerting, hook: Hook
) -> None:
    hook.status = 500
    await told(database, await a_problem(database, clock.at), clock.at)
    await later(clock, by_webhook, GATHERED_FOR)
    assert await states(database, Channel.WEBHOOK) == ["waiting"]
    await later(clock, by_webhook, GIVEN_UP_AFTER)
    assert await states(database, Channel.WEBHOOK) == ["given_up"]
    async with database.transaction() as session:
        unsent = await unsent_alerts(session, clock.at)
        assert unsent[Channel.WEBHOOK].count == 1
        assert Channel.WEBHOOK not in await unsent_alerts(session, clock.at + timedelta(days=8)), "nor for ever"


async def test_what_comes_and_goes_within_a_minute_is_told_as_over(
    database: Database, clock: FixedClock, by_mail: Alerting, sink: SmtpSink
) -> None:
    number = await a_problem(database, clock.at, kind=ProblemKind.SERVICE_STOPPED, step="worker", things=0)
    await told(database, number, clock.at)
    async with database.transaction() as session:
        (await session.get_one(ProblemRow, number)).state = ProblemState.RESOLVED
    await told(database, number, clock.at, AlertKind.RESOLVED)
    await later(clock, by_mail)
    (mail,) = [received.message for received in sink.received]
    assert mail["Subject"] == f"PEP: The worker has stopped (works again, problem {number})"
    assert "new, resolved meanwhile: The worker has stopped.\n" in mail.get_content().replace("\r\n", "\n")
    assert "start it there" not in mail.get_content(), "nobody need do anything"

"""What is told of a problem is written with the problem, once for each event and channel."""

from datetime import timedelta

from contracts.alerts import AlertKind, AlertState, Channel
from contracts.problems import ProblemKind, ProblemState
from store.alerts import WaitingAlert, messages_since, settle_alerts, tell_of_problem, waiting_alerts
from store.database import Database
from store.watch_tables import ProblemRow
from tests.support.clock import FIRST_MORNING as NOW
from tests.watch.problems import a_problem, told


async def waiting(database: Database, channel: Channel = Channel.MAIL) -> list[WaitingAlert]:
    async with database.transaction() as session:
        return await waiting_alerts(session, channel)


async def test_a_problem_is_told_once_on_each_channel_with_what_it_holds_up(database: Database) -> None:
    number = await a_problem(database, NOW, things=3, pence=50_000)
    await told(database, number, NOW)
    await told(database, number, NOW + timedelta(seconds=30))
    for channel in Channel:
        (alert,) = await waiting(database, channel)
        assert (alert.problem_id, alert.kind, alert.at) == (number, AlertKind.NEW, NOW)
        assert (alert.things, alert.pence) == (3, 150_000)


async def test_each_time_that_it_comes_back_is_told_again(database: Database) -> None:
    number = await a_problem(database, NOW)
    await told(database, number, NOW)
    for times in (1, 2):
        async with database.transaction() as session:
            problem = await session.get_one(ProblemRow, number)
            problem.times_back = times
            await session.flush()
            await tell_of_problem(session, number, AlertKind.CAME_BACK, NOW)
            await tell_of_problem(session, number, AlertKind.CAME_BACK, NOW)
    assert [alert.kind for alert in await waiting(database)] == [
        AlertKind.NEW,
        AlertKind.CAME_BACK,
        AlertKind.CAME_BACK,
    ]


async def test_nothing_is_told_of_a_problem_on_hold(database: Database) -> None:
    await told(database, await a_problem(database, NOW, state=ProblemState.ON_HOLD), NOW)
    assert await waiting(database) == []


async def test_of_what_is_resolved_only_a_service_is_told(database: Database) -> None:
    step = await a_problem(database, NOW, state=ProblemState.RESOLVED)
    service = await a_problem(database, NOW, kind=ProblemKind.SERVICE_STOPPED, state=ProblemState.RESOLVED)
    await told(database, step, NOW, AlertKind.RESOLVED)
    await told(database, service, NOW, AlertKind.RESOLVED)
    assert [alert.problem_id for alert in await waiting(database)] == [service]


async def test_alerts_that_went_in_one_message_count_as_one(database: Database) -> None:
    for _ in range(3):
        await told(database, await a_problem(database, NOW), NOW)
    async with database.transaction() as session:
        await settle_alerts(session, [alert.id for alert in await waiting(database)], AlertState.SENT, NOW)
        assert await messages_since(session, Channel.MAIL, NOW - timedelta(hours=1)) == [NOW]
        assert await messages_since(session, Channel.WEBHOOK, NOW - timedelta(hours=1)) == []

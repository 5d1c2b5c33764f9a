"""`./pep stuck`, `./pep problem`, `./pep health`: the console on the command line, with an exit code for scripts."""

import json
from datetime import timedelta

from contracts.people import Role
from contracts.problems import ProblemState
from store.clock import DatabaseClock
from store.staff import give_staff_role
from store.watch_tables import Alert
from tests.cli.conftest import Service
from tests.web.console.stuck import a_problem, stops, works


async def test_stuck_lists_what_is_open_and_says_so_by_its_exit_code(service: Service, child: str) -> None:
    now = await DatabaseClock(service.database).now()
    await works(service.database, now)
    nothing = await service.pep("stuck")
    assert (nothing.code, nothing.out, nothing.err) == (0, "Nothing is stuck.\n", "")
    number = await a_problem(service.database, now, child)
    await a_problem(service.database, now, state=ProblemState.RESOLVED)
    found = await service.pep("stuck")
    assert found.code == 3
    assert "Grant not paid: the finance system does not answer" in found.out
    assert "£500" in found.out
    as_json = await service.pep("stuck", "--json")
    (problem,) = json.loads(as_json.out)
    assert (as_json.code, problem["number"], problem["children"], problem["pence"]) == (3, number, 1, 50_000)
    assert problem["must_act"] == "operator"


async def test_a_problem_is_printed_noted_and_taken(service: Service, child: str) -> None:
    now = await DatabaseClock(service.database).now()
    number = str(await a_problem(service.database, now, child))
    async with service.database.transaction() as session:
        await give_staff_role(session, "op@council.example", Role.OPERATOR, "Omar Stone")
        await give_staff_role(session, "iro@council.example", Role.IRO, "Ivo Reed")
    shown = await service.pep("problem", number, "--note", "Rang the bank.", "--take", "op@council.example")
    assert shown.code == 0, shown.err
    for said in (
        "Looked after by: Omar Stone.",
        "Next: The finance system does not answer. Bring it back; no money has moved.",
        child,
        "FinanceUnavailable",
        "Omar Stone: Rang the bank.",
        "Try now, Hold the step, Release the step",
    ):
        assert said in shown.out, said
    for wrong in (
        ("problem", "999"),
        ("problem", number, "--note", "Words."),
        ("problem", number, "--take", "iro@council.example"),
        ("problem", number, "--take", "nobody@council.example"),
        ("problem", number, "--note", "x" * 501, "--by", "op@council.example"),
    ):
        assert (await service.pep(*wrong)).code == 2, wrong


async def test_health_says_what_is_away(service: Service) -> None:
    now = await DatabaseClock(service.database).now()
    await works(service.database, now)
    well = await service.pep("health")
    assert (well.code, well.err) == (0, "")
    assert "worker@machine" in well.out
    assert "Alerts that could not be sent: 0\n" in well.out
    await stops(service.database, "worker", now - timedelta(minutes=5))
    async with service.database.transaction() as session:
        tried = {"state": "waiting", "attempts": 3, "at": now - timedelta(hours=2), "next_try_at": now}
        session.add(Alert(key="1:webhook", kind="new", facts={}, channel="webhook", **tried))
    ill = await service.pep("health")
    assert ill.code == 3
    assert "The service is not working on any plan since" in ill.err
    assert "Alerts by webhook that could not be sent: 1, the oldest for 2 hours\n" in ill.out

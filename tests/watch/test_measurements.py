"""What Prometheus fetches: true figures that name nobody, and all that the dashboard and the rules ask for."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from contracts.problems import ProblemKind
from contracts.service import ROUNDS
from store.clock import DatabaseClock
from store.database import Database
from store.grants import intend
from store.heartbeats import Process, beat
from store.outbox_tables import Letter
from store.repairables import release_case
from store.watch_tables import CaseHold, Sweep
from tests.repairs.watching import parts_of
from tests.support.clock import FixedClock
from tests.support.grant_cases import add_case
from tests.support.outbox import with_two_invitations
from tests.support.sample import import_sample
from tests.watch.problems import a_problem
from watch.every_round import rounds_of_one_watch
from watch.measuring import Measuring
from web import measuring as web

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
Figures = dict[tuple[str, ...], float]


def figures(text: str) -> Figures:
    """Every sample by its name and its labels' values."""
    families = text_string_to_metric_families(text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


PAUSES = {"letter_not_delivered": timedelta(seconds=10), "audit": timedelta(minutes=15), "tidying": timedelta(hours=6)}


async def scrape(database: Database, clock: FixedClock) -> str:
    measuring, registry = Measuring(database, clock, PAUSES), CollectorRegistry()
    await measuring.walk()
    registry.register(measuring)
    return generate_latest(registry).decode()


async def test_problems_are_counted_by_class(database: Database, clock: FixedClock) -> None:
    for _ in range(2):
        await a_problem(database, clock.at, things=3, pence=50_000)
    await a_problem(database, clock.at, kind=ProblemKind.NOT_TOLD)
    clock.set(clock.at + timedelta(minutes=10))
    seen = figures(await scrape(database, clock))
    assert seen["pep_database_up",] == 1
    assert seen["pep_problems_open", "activity_failing"] == 2
    assert seen["pep_problem_things", "activity_failing"] == 6
    assert seen["pep_problem_pounds_held", "activity_failing"] == 3000
    assert seen["pep_problem_oldest_age_seconds", "not_told"] == 600
    assert {labels[1] for labels in seen if labels[0] == "pep_problems_open"} == set(ProblemKind), "also what is none"


async def test_letters_of_a_held_case_are_not_said_to_be_late(database: Database, clock: FixedClock) -> None:
    """They wait for whoever holds the case, not for the mail server (the rule PepLettersWait)."""
    await import_sample(database, clock)
    async with with_two_invitations(database, clock) as outbox:
        async with database.transaction() as session:
            (held,) = set((await session.execute(select(Letter.case_id))).scalars())
            session.add(CaseHold(case_id=held, held_at=clock.at))
        outbox.later(timedelta(hours=2))
        seen = figures(await scrape(database, clock))
        assert (seen["pep_letters_waiting",], seen["pep_letters_oldest_age_seconds",]) == (0, 0)
        async with database.transaction() as session:
            await release_case(session, held)
        seen = figures(await scrape(database, clock))
        assert (seen["pep_letters_waiting",], seen["pep_letters_oldest_age_seconds",]) == (2, 7200)


async def test_a_round_pages_people_only_when_it_is_late(database: Database, clock: FixedClock) -> None:
    async with database.transaction() as session:
        for name in (*PAUSES, "versions"):
            session.add(Sweep(name=name, ended_at=clock.at, tried_at=clock.at, error_type=None, facts={}))
    start = clock.at
    for passed, late in (
        (timedelta(minutes=5), set()),
        (timedelta(minutes=19), {"letter_not_delivered"}),
        (timedelta(hours=6), {"letter_not_delivered", "audit"}),
        (timedelta(hours=6, minutes=6), {"letter_not_delivered", "audit", "tidying"}),
    ):
        clock.set(start + passed)
        assert await rounds_that_page(database, clock) == late, "nobody walks `versions`: no row of it is ever late"


async def test_every_round_that_is_walked_is_measured(database: Database, clock: FixedClock) -> None:
    pauses = {one.name: one.pause for one in rounds_of_one_watch(await parts_of(database, clock))}
    assert set(ROUNDS) - set(pauses) == {"versions"}, "that one is walked only where workers have versions"
    assert {name: pauses[name] for name in PAUSES} == PAUSES


async def rounds_that_page(database: Database, clock: FixedClock) -> set[str]:
    """The rounds for which the rule PepRoundLate is true."""
    asked = re.search(r"alert: PepRoundLate\n +expr: max by \(round\) \((\w+)\) > (\d+)\n", RULES)
    assert asked is not None
    seen = figures(await scrape(database, clock))
    return {name[1] for name, value in seen.items() if name[0] == asked[1] and value > float(asked[2])}


async def test_no_label_names_anybody(database: Database, clock: FixedClock) -> None:
    case = await add_case(database)
    await a_problem(database, clock.at)
    for word in (case.ref, case.id):
        assert f'"{word}"' not in await scrape(database, clock)


async def test_without_the_database_it_says_so_and_nothing_else() -> None:
    away, registry = Database("postgresql+asyncpg://pep@127.0.0.1:1/pep"), CollectorRegistry()
    measuring = Measuring(away, DatabaseClock(away), PAUSES)
    registry.register(measuring)
    with pytest.raises(OSError):
        await measuring.walk()
    await away.close()
    assert figures(generate_latest(registry).decode()) == {("pep_database_up",): 0}


async def test_the_dashboard_and_the_rules_ask_for_what_is_there(database: Database, clock: FixedClock) -> None:
    await a_life(database, clock)
    web.measure("GET", "/live", 200, 0.01)
    there = {name for name, *_ in figures(await scrape(database, clock))}
    there |= {name for name, *_ in figures(generate_latest(web.REGISTRY).decode())}
    dashboard = json.loads((ROOT / "deploy/grafana/pep.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    asked += re.findall(r"^ +expr: (.+)$", RULES, re.MULTILINE)
    assert len(asked) > 30
    named = {name for expression in asked for name in re.findall(r"\bpep_\w+", expression)}
    assert named - there == set()
    assert there >= {"pep_alerts_unsent", "pep_listing_behind"}


async def a_life(database: Database, clock: FixedClock) -> None:
    """A heartbeat, a round and a payment, so that every figure has something to show."""
    case = await add_case(database)
    async with database.transaction() as session:
        await beat(session, Process("pep-worker-1", "worker", "r1"), clock.at, clock.at)
        session.add(Sweep(name="audit", ended_at=clock.at, tried_at=clock.at, error_type=None, facts={}))
        await intend(session, case.grant(), clock.at)

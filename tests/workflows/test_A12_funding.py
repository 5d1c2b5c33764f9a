"""A12 on real Temporal: an application is a workflow of its own, with its own clock, and lives through outages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.service import RPCError

from contracts.funding import Decision, FundingOutcome
from contracts.ids import funding_workflow_id
from local.postgres import EmbeddedPostgres
from rehearsal.acts_file import Played
from rehearsal.house import House
from starter.encryption import ENCODING
from store.database import Database
from store.money_tables import FundingRow
from store.tables import Case
from tests.support.reviews import at
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse, until
from tests.support.temporal_played import acts_of, played

LATE, PROMPT, DECLINED = "apply-late", "apply-prompt", "apply-declined"
KEY_1, KEY_2 = "funding-C1-1", "funding-C1-2"


def act(day: str, hour: str, action: str, by: str, **fields: object) -> Played:
    return Played(at(day, hour), "C1", {"action": action, "by": by, **fields})


def applies(day: str, name: str, pence: int = 120_000) -> Played:
    wanted = {"pence": pence, "why": "A tutor after an operation.", "targets": [1]}
    return act(day, "10:00", "apply_for_funding", "designated_teacher", **(wanted | {"id": name}))


def decides(day: str, name: str, *, agreed: bool = True, pence: int = 120_000) -> Played:
    decision = {"application": name, "agreed": agreed, "pence": pence, "reason": "It is exceptional."}
    return act(day, "11:00", "decide_funding", "virtual_school", **(decision | {"id": f"decide-{name}"}))


async def test_A12_a_term_with_three_applications(postgres: EmbeddedPostgres) -> None:
    """One is decided in time, one declined, and one only after its head was told; the grant is paid beside them."""
    story = [
        *acts_of("prompt_term"),
        applies("2026-10-19", PROMPT),
        applies("2026-10-20", DECLINED),
        decides("2026-10-21", PROMPT, pence=110_000),
        decides("2026-10-22", DECLINED, agreed=False, pence=0),
        applies("2026-11-09", LATE),
        decides("2026-11-20", LATE),
    ]
    ended: list[str] = []

    async def look(house: House) -> None:
        for application in await _applications(house.database):
            handle = house.client.get_workflow_handle(funding_workflow_id(application))
            ended.append((await handle.describe()).status.name)  # type: ignore[union-attr]

    theatre = await played(postgres, story, at("2026-11-25", "12:00"), look)
    assert [(row["at"][:10], row["pence"], row["key"]) for row in theatre.of("C1", "funding")] == [
        ("2026-10-21", 110_000, KEY_1),
        ("2026-11-20", 120_000, KEY_2),
    ]
    assert [row["pence"] for row in theatre.of("C1", "grant")] == [45_000]
    refused = {row["action"] for row in theatre.of("C1", "refused")}
    assert refused == {"sign_off"}, "in the prompt term's own story"
    late = [row for row in theatre.of("C1", "letter") if row["kind"] == "escalation"]
    assert [(row["at"][:16], row["to"], row["level"]) for row in late] == [
        ("2026-11-17T08:00", "virtual_school_head", 1)
    ]
    told = [(day[:10], to) for day, _, to in theatre.letters("C1", "funding_decided")]
    both, days = ("designated_teacher", "social_worker"), ("2026-10-21", "2026-10-22", "2026-11-20")
    assert sorted(told) == [(day, to) for day in days for to in both]
    assert ended == ["COMPLETED"] * 3


async def test_A12_without_a_school_place_the_workflow_ends_and_nobody_is_paid(postgres: EmbeddedPostgres) -> None:
    story = [
        *acts_of("prompt_term"),
        applies("2026-10-19", PROMPT),
        act("2026-10-20", "10:00", "change_school", "social_worker", **{"from": "2026-10-20"}),
        decides("2026-10-21", PROMPT, pence=110_000),
    ]
    ended: list[FundingOutcome] = []

    async def look(house: House) -> None:
        for application in await _applications(house.database):
            handle = house.client.get_workflow_handle(funding_workflow_id(application), result_type=FundingOutcome)
            ended.append(await handle.result())

    theatre = await played(postgres, story, at("2026-10-23", "12:00"), look)
    assert ended == [FundingOutcome(Decision.AGREED, paid=False, kept=True)]
    assert theatre.of("C1", "funding") == []
    told = theatre.letters("C1", "funding_decided")
    assert sorted((day[:10], to) for day, _, to in told) == [
        ("2026-10-21", "social_worker"),
        ("2026-10-21", "virtual_school"),
    ]


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[DevHouse]:
    async with DevHouse(database, tmp_path, MIDNIGHT_BEFORE_TERM) as house:
        yield house


async def test_A12_with_temporal_away_nobody_types_again_and_it_is_paid_once(house: DevHouse) -> None:
    await _begun(house)
    await house.stop_temporal()
    assert await house.take([applies("2026-09-04", PROMPT), decides("2026-09-07", PROMPT)]) == [False, False]
    await house.start_temporal()
    async with house.working():
        assert await house.relay.sweep() == 0
        await house.settled()
        assert [row["key"] for row in await house.rows("C1", "funding")] == [KEY_1]
        workflow = funding_workflow_id((await _applications(house.database))[0])
        await until(lambda: _is(house, workflow, "COMPLETED"))


async def test_A12_after_the_temporal_database_is_gone_open_applications_go_on(house: DevHouse) -> None:
    """Three: one waits for its decision, one was agreed while nobody could pay, one is over."""
    await _begun(house)
    acts = [applies("2026-09-04", PROMPT), applies("2026-09-04", LATE), applies("2026-09-04", DECLINED)]
    assert await house.take([*acts, decides("2026-09-07", PROMPT), decides("2026-09-07", DECLINED, agreed=False)])
    await house.stop_temporal()
    await house.start_temporal("fresh")
    house.set_workflows_to(house.clock.instant)
    assert await house.starter.rebuild(house.database) == 4, "the cycle, the review and two applications"
    async with house.working():
        await house.relay.sweep()
        await house.settled()
        assert await house.starter.rebuild(house.database) == 3, "again without effect"
        assert [row["key"] for row in await house.rows("C1", "funding")] == [KEY_1]
        assert await house.take([decides("2026-09-08", LATE)]) == [True]
        await house.settled()
    assert [row["key"] for row in await house.rows("C1", "funding")] == [KEY_1, KEY_2]


async def test_A12_temporal_holds_no_sum_no_word_and_no_id_that_somebody_chose(house: DevHouse) -> None:
    await _begun(house)
    async with house.working():
        assert await house.take([applies("2026-09-04", PROMPT), decides("2026-09-07", PROMPT)]) == [True, True]
        await house.settled()
        workflow = funding_workflow_id((await _applications(house.database))[0])
        await until(lambda: _is(house, workflow, "COMPLETED"))
    history = await house.client.get_workflow_handle(workflow).fetch_history()
    codec = house.client.data_converter.payload_codec
    assert codec is not None
    started = history.events[0].workflow_execution_started_event_attributes.input.payloads
    assert {payload.metadata["encoding"] for payload in started} == {ENCODING}
    opened = [payload.data for payload in await codec.decode(list(started))]
    assert not any(word in data for data in opened for word in (b"120000", b"tutor", PROMPT.encode(), b"C1"))
    assert PROMPT not in workflow


async def _begun(house: DevHouse) -> None:
    """C1's review is open, and nobody works."""
    await house.start_temporal()
    await house.begin("C1")
    async with house.working():
        await house.settled()
        await until(lambda: house.has_review("C1"))


async def _applications(database: Database) -> list[str]:
    query = select(FundingRow.id).join(Case, Case.id == FundingRow.case_id).order_by(FundingRow.decide_by)
    async with database.transaction() as session:
        return list((await session.execute(query)).scalars())


async def _is(house: DevHouse, workflow_id: str, status: str) -> bool:
    try:
        return await house.status(workflow_id) == status
    except RPCError:
        return False

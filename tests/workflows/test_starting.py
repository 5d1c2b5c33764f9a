"""What a run is started with: little, readable in the sandbox, and in production without a shifted clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from contracts.clock import start_of
from contracts.ids import TASK_QUEUE
from contracts.messages import CycleRun, CycleTold, Opening, ReviewRun, ReviewTold
from contracts.people import Role
from local.ports import free_port
from local.temporal_server import TemporalServer
from starter.connect import connect, identity_of
from starter.converter import data_converter
from starter.encryption import KeyRing
from tests.support.temporal_dev import until
from tests.support.temporal_runs import a_full_run, a_run, a_run_in_a_term_of, a_standing
from worker import workflow_runner
from workflows.pep_cycle import PepCycle
from workflows.pep_review import PepReview
from workflows.shift_guard import NoShift

CARRIED_AT_MOST = 32 * 1024
AHEAD = timedelta(days=200)


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    server = TemporalServer(tmp_path_factory.mktemp("temporal") / "temporal.db", port=free_port())
    await server.start()
    yield await connect(server.address, "default", KeyRing.generate(), identity=identity_of("test"))
    await server.stop()


@asynccontextmanager
async def production(client: Client) -> AsyncIterator[None]:
    """The workflows as a production worker runs them."""
    workflows, runner = [PepCycle, PepReview], workflow_runner()
    async with Worker(
        client, task_queue=TASK_QUEUE, workflows=workflows, workflow_runner=runner, interceptors=[NoShift()]
    ):
        yield


async def test_the_state_that_a_review_carries_stays_under_32_kilobytes() -> None:
    payloads = await data_converter(KeyRing.generate()).encode([a_full_run()])
    assert payloads[0].ByteSize() < CARRIED_AT_MOST


@pytest.mark.parametrize(
    ("workflow", "run"),
    [("pep_cycle", CycleRun("case", None, clock_shift=60.0)), ("pep_review", replace(a_run(), clock_shift=-1.0))],
    ids=["cycle", "review"],
)
async def test_a_production_worker_refuses_a_start_with_a_shifted_clock(
    client: Client, workflow: str, run: CycleRun | ReviewRun
) -> None:
    async with production(client):
        with pytest.raises(WorkflowFailureError) as failure:
            await client.execute_workflow(workflow, run, id=str(uuid4()), task_queue=TASK_QUEUE)
    assert isinstance(failure.value.cause, ApplicationError)
    assert failure.value.cause.type == "ShiftedClock"


async def test_an_instant_in_a_signal_survives_the_sandbox(client: Client) -> None:
    """A cycle that knew no term waits for the very instant that it was told."""
    async with production(client):
        run = CycleRun("case", None)
        handle = await client.start_workflow(PepCycle.run, run, id=str(uuid4()), task_queue=TASK_QUEUE)
        opens_at = datetime.now(UTC) + AHEAD
        told = CycleTold(1, opens_at - AHEAD, Opening("2026/27 autumn", opens_at))
        await handle.signal(PepCycle.opening_changed, told)
        assert abs(await _rings_at(handle) - opens_at) < timedelta(seconds=1)


async def test_a_day_in_a_signal_survives_the_sandbox(client: Client) -> None:
    """A review whose meeting is arranged waits for a reminder of that day."""
    begins, meeting_on, three_weeks_before = date(2036, 9, 5), date(2036, 10, 15), datetime(2036, 9, 24, 7, tzinfo=UTC)
    run = a_run_in_a_term_of(2036, clock_from=start_of(begins))
    standing = replace(a_standing(meeting_on), clock_from=start_of(begins))
    async with production(client):
        handle = await client.start_workflow(PepReview.run, run, id=str(uuid4()), task_queue=TASK_QUEUE)
        told = ReviewTold(1, standing.clock_from, Role.SOCIAL_WORKER, "act", standing)
        await handle.signal(PepReview.meeting_arranged, told)
        assert abs(await _rings_at(handle) - three_weeks_before) < timedelta(seconds=1)


async def _rings_at(handle: "WorkflowHandle[Any, Any]") -> datetime:
    """When the newest timer of a run that was told something rings."""
    found: list[datetime] = []

    async def has_rung() -> bool:
        found.clear()
        told = False
        async for event in handle.fetch_history_events():
            told = told or event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
            if told and event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
                waits = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                found.append(event.event_time.ToDatetime(UTC) + waits)
        return bool(found)

    await until(has_rung)
    return found[-1]

"""How long until stuck work is seen: real processes, real time, the patience and pauses of service.

    python -m bench.seen_within

Starts PostgreSQL, Temporal, a worker and the watch as processes of their own, makes work stick in eight ways, and
prints after how many seconds each stands in the record as a problem. It takes some four minutes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from temporalio.client import Client

from contracts.ids import TASK_QUEUE, cycle_workflow_id
from contracts.messages import CycleRun, Opening
from contracts.problems import ProblemKind
from store.clock import DatabaseClock
from store.database import Database
from store.heartbeats import processes
from tests.console.stage import Stage
from tests.support.database import fresh_database, running_postgres
from tests.support.temporal_dev import until
from workflows.pep_cycle import PepCycle

LONG_AGO = datetime(2026, 9, 3, tzinfo=UTC)
LIMIT = 150.0
"""Seconds after which something counts as not seen."""
Way = Callable[[Stage, Client], Awaitable[None]]


async def a_step_fails(_stage: Stage, client: Client) -> None:
    """The opening of a review for a case that is not in the record."""
    run = CycleRun("nobody", Opening("2026/27 autumn", LONG_AGO))
    await client.start_workflow(PepCycle.run, run, id=cycle_workflow_id("nobody"), task_queue=TASK_QUEUE)


async def the_code_fails(_stage: Stage, client: Client) -> None:
    await client.start_workflow("pep_review", "no review", id="pep-review-broken", task_queue=TASK_QUEUE)


async def nobody_polls(_stage: Stage, client: Client) -> None:
    await client.start_workflow("pep_review", "no review", id="pep-review-typo", task_queue="pep-typo")


async def nothing_follows(stage: Stage, _client: Client) -> None:
    """An opening is due, and the cycle does not run: the worker refuses what the stage starts, with a shifted clock."""
    await _write(stage, "UPDATE cases SET opens_term = '2026/27 autumn', opens_at = clock_timestamp() WHERE ref = 'C1'")


async def a_letter_comes_back(stage: Stage, _client: Client) -> None:
    await _write(
        stage,
        "INSERT INTO letters (review_id, case_id, kind, role, step, intended_role, facts, address, message_id, dated,"
        " state, attempts, next_try_at, settled_at) SELECT 'none', id, 'invitation', 'carer', 's', 'carer', '{}', 'a',"
        " 'm', clock_timestamp(), 'bounced', 1, clock_timestamp(), clock_timestamp() FROM cases WHERE ref = 'C2'",
    )


async def a_payment_is_unsure(stage: Stage, _client: Client) -> None:
    await _write(
        stage,
        "INSERT INTO grants (key, case_id, review_id, academic_year, term, school_urn, pence, cap_pence, state,"
        " signed_off_by_act, intended_at) SELECT 'grant', id, 'none', '2026/27', 'autumn', school_urn, 100, 100,"
        " 'unknown', 'none', clock_timestamp() FROM cases WHERE ref = 'C2'",
    )


async def nobody_is_told(stage: Stage, _client: Client) -> None:
    """Temporal is away, and somebody does something."""
    await stage.stop_temporal()
    await _write(
        stage,
        "INSERT INTO destinations (workflow_id, last_number, closed) VALUES ('pep-review-none', 1, false)",
        "INSERT INTO messages (workflow_id, number, case_id, signal, facts, stored_at) SELECT 'pep-review-none', 1, id,"
        " 'signed', '{}', clock_timestamp() FROM cases WHERE ref = 'C2'",
    )


WAYS: dict[ProblemKind, Way] = {
    ProblemKind.ACTIVITY_FAILING: a_step_fails,
    ProblemKind.WORKFLOW_FAILING: the_code_fails,
    ProblemKind.NOT_PICKED_UP: nobody_polls,
    ProblemKind.WAIT_PASSED: nothing_follows,
    ProblemKind.LETTER_NOT_DELIVERED: a_letter_comes_back,
    ProblemKind.PAYMENT_UNSURE: a_payment_is_unsure,
}


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="pep-bench-")))
        database = await stack.enter_async_context(fresh_database(await stack.enter_async_context(running_postgres())))
        now = await DatabaseClock(database).now()
        stage = await stack.enter_async_context(Stage(database, folder, now))
        await stage.start_temporal()
        await stage.begin("C1", "C2")
        await _write(stage, "UPDATE cases SET opens_at = NULL")
        client = await stage.connected()
        worker = await stack.enter_async_context(stage.worker_process())
        await stack.enter_async_context(stage.worker_process("watch"))
        await until(lambda: _beat(database, 2), 120)
        await asyncio.gather(*(_measured(stage, kind, way(stage, client)) for kind, way in WAYS.items()))
        worker.kill()
        await _measured(stage, ProblemKind.SERVICE_STOPPED, _nothing())
        await _measured(stage, ProblemKind.NOT_TOLD, nobody_is_told(stage, client))


async def _measured(stage: Stage, kind: ProblemKind, happens: Awaitable[None]) -> None:
    await happens
    began = time.monotonic()
    while not await stage.findings(kind, still=True):
        if time.monotonic() - began > LIMIT:
            print(f"{kind.value:24} NOT SEEN")
            return
        await asyncio.sleep(0.5)
    print(f"{kind.value:24} {time.monotonic() - began:6.1f} s", flush=True)


async def _nothing() -> None:
    """What has happened already."""


async def _beat(database: Database, times: int) -> bool:
    async with database.transaction() as session:
        return len(await processes(session)) >= times


async def _write(stage: Stage, *statements: str) -> None:
    """Rows as the product would leave them, without those that they refer to."""
    async with stage.database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await session.execute(text(statement))


if __name__ == "__main__":
    asyncio.run(main())

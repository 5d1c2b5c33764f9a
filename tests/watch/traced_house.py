"""A term of one child on a real Temporal, traced or not: a process of its own, because a process is traced once.

    python traced_house.py DATABASE_URL FOLDER [COLLECTOR]

Prints, for each kind of workflow, the kinds of its events in order and the encodings of their headers, and what
Prometheus fetches of the worker, as JSON.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
from google.protobuf.message import Message
from temporalio.api.common.v1 import Header
from temporalio.api.enums.v1 import EventType

from local.ports import free_port
from starter.runtime import adopt_runtime
from store.database import Database
from telemetry import traced
from tests.support.temporal_dev import MIDNIGHT_BEFORE_TERM, DevHouse
from tests.support.temporal_played import acts_of

METRICS = f"127.0.0.1:{free_port()}"


async def play(url: str, folder: Path) -> dict[str, Any]:
    database = Database(url)
    async with DevHouse(database, folder, MIDNIGHT_BEFORE_TERM) as house:
        await house.start_temporal()
        await house.begin("C1")
        house.clock.instant = MIDNIGHT_BEFORE_TERM + timedelta(hours=9)
        house.set_workflows_to(house.clock.instant)
        async with house.working():
            await house.settled()
            assert all(await house.take(acts_of("prompt_term")))
            await house.settled()
            async with httpx.AsyncClient() as prometheus:
                figures = (await prometheus.get(f"http://{METRICS}/metrics")).text
        told = {"review": await history(house, await house.review_of("C1")), "figures": figures}
    await database.close()
    return told


async def history(house: DevHouse, workflow_id: str) -> dict[str, Any]:
    events = [event async for event in house.client.get_workflow_handle(workflow_id).fetch_history_events()]
    headers = [field for event in events for field in headers_in(event)]
    encodings = {payload.metadata["encoding"].decode() for header in headers for payload in header.fields.values()}
    return {"events": [EventType.Name(event.event_type) for event in events], "headers": sorted(encodings)}


def headers_in(message: Message) -> Iterator[Header]:
    """Every header anywhere in a message."""
    if isinstance(message, Header):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for one in value if field.is_repeated else [value]:
            yield from headers_in(one)


def main(url: str, folder: str, collector: str | None = None) -> None:
    adopt_runtime(METRICS)
    with traced(collector, "house", "test"):
        sys.stdout.write(json.dumps(asyncio.run(play(url, Path(folder)))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

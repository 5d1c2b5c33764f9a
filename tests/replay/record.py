"""Records what the locks compare with: `.venv/bin/python -m tests.replay.record`.

Plays four of the stories of tests/acts with the real worker on the time-skipping server and writes

- `tests/replay/histories/*.json`: the histories of reviews and of a cycle, decrypted, of invented children;
- `tests/locks/commands.json`: every command that the workflows give when these are replayed, with its attributes;
- `tests/locks/workflows.json`: the fingerprints of the workflows' source;
- `tests/locks/contracts.json`: the fields of everything that crosses a process boundary.

With `--locks` the histories and commands stay as they are; that is for a change that gives no other command. With
`--beside NAME CHILD` the histories stay and that child's review is recorded beside them: the present way, where an
older one is kept. `swept` is such a one: the others are of when workflows had their letters sent (docs/adr/0004).

Run it after a deliberate change **while nothing is released**. Once workflows of an authority run for months, a changed
history is a broken promise: keep the old files, record new shapes under new names, and change the workflows with
`workflow.patched()` (tests/locks/README.md).
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from google.protobuf.message import Message
from sqlalchemy import select
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from contracts.ids import cycle_workflow_id, review_workflow_id
from rehearsal.house import House
from starter.encryption import ENCODING
from store.tables import Case, Review
from tests.locks import commands, contracts, sources
from tests.replay.replaying import HISTORIES
from tests.support.database import running_postgres
from tests.support.temporal_played import acts_of, played

SHAPES = {"prompt": "C1", "missed": "C2", "unfinished": "C4", "returned": "C6"}
"""The reviews that are recorded, by their child in tests/acts.

`histories/spring_moved.json` is older, and stays: a Y6 spring review whose meeting moves, recorded before the social
worker was reminded of the receiving school. What such a plan was promised still holds for it.
"""
UNTIL = datetime(2027, 1, 7, 12, 0, tzinfo=UTC)


async def record(write: Callable[[House], Awaitable[None]]) -> None:
    """Play, write the histories, and lock what they give."""
    async with running_postgres() as postgres:
        acts = acts_of("prompt_term", "designated_teacher_late", "returned")
        await played(postgres, acts, UNTIL, at_the_end=write)
    await commands.lock()
    sources.lock()
    contracts.lock()


async def _write_histories(house: House) -> None:
    HISTORIES.mkdir(exist_ok=True)
    for name, child in SHAPES.items():
        await _write_beside(house, name, child)
    cycle = cycle_workflow_id(await _case_of(house, SHAPES["prompt"]))
    newest = await _history(house, cycle)
    first_run = newest.events[0].workflow_execution_started_event_attributes.first_execution_run_id
    _write("cycle", await _history(house, cycle, first_run))


async def _write_beside(house: House, name: str, child: str) -> None:
    _write(name, await _history(house, review_workflow_id(await _review_of(house, child))))


async def _history(house: House, workflow_id: str, run_id: str | None = None) -> WorkflowHistory:
    history = await house.client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    codec = house.client.data_converter.payload_codec
    assert codec is not None
    for event in history.events:
        for payload in _payloads(event):
            payload.CopyFrom((await codec.decode([payload]))[0])
    return history


def _payloads(message: Message) -> list[Payload]:
    """Every sealed payload in a message, however deep."""
    found: list[Payload] = []
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = [one for one in value.values() if isinstance(one, Message)]
        else:
            inner = list(value) if field.is_repeated else [value]
        for one in inner:
            if isinstance(one, Payload):
                found += [one] if one.metadata.get("encoding") == ENCODING else []
            else:
                found += _payloads(one)
    return found


def _write(name: str, history: WorkflowHistory) -> None:
    (HISTORIES / f"{name}.json").write_text(history.to_json() + "\n")


async def _review_of(house: House, child: str) -> str:
    query = select(Review.id).join(Case, Case.id == Review.case_id).where(Case.ref == child, Review.term == "autumn")
    async with house.database.transaction() as session:
        return (await session.execute(query)).scalar_one()


async def _case_of(house: House, child: str) -> str:
    async with house.database.transaction() as session:
        return (await session.execute(select(Case.id).where(Case.ref == child))).scalar_one()


def relock() -> None:
    """Lock the present source and what was added to the contracts; exits where that is more than an addition."""
    broken = list(contracts.broken(contracts.locked(), contracts.ledger()))
    if broken:
        sys.exit("Contracts are only added to:\n" + "\n".join(broken))
    sources.lock()
    contracts.lock()


if __name__ == "__main__":
    if sys.argv[1:] == ["--locks"]:
        relock()
    elif sys.argv[1:2] == ["--beside"]:
        name, child = sys.argv[2:]
        asyncio.run(record(lambda house: _write_beside(house, name, child)))
    else:
        asyncio.run(record(_write_histories))
    sys.stdout.write("Recorded. Read the differences before you commit them.\n")

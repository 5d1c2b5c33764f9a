"""`./pep repair`, `confirm`, `approve`, `stop`, `repairs`: the operator's desk on the command line."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.table import Table

from commands.errors import CommandError, UsageError
from commands.service import Service, opened
from commands.telling import say, say_table
from contracts.problems import ItemResult, RepairKind, RepairState
from repairs.desk import Asked, Operator, RepairDesk
from repairs.errors import RepairRefused, UnknownRepair
from rules.repair_words import REPAIRS, RESULTS, STATES
from rules.repairs import TYPED_COUNT_FROM
from starter.encryption import KeyRing
from store.cases import person_at
from store.repair_lists import ItemLine, RepairLine, item_lines, repair, results_of
from store.staff import roles_anywhere

_SHOWN = 20
_EVERY = 2_500


def asked(kind: RepairKind, reason: str, problem: int | None, cases: Sequence[str], params: Sequence[str]) -> Asked:
    """What was typed. Raises UsageError for a parameter that is none."""
    unreadable = [one for one in params if "=" not in one]
    if unreadable:
        raise UsageError(f"--param {unreadable[0]}: write NAME=VALUE, for instance school_days=5.")
    parameters = {name: value for name, _, value in (one.partition("=") for one in params)}
    return Asked(kind, reason, problem_id=problem, cases=tuple(cases), parameters=parameters)


async def preview(asked: Asked, email: str, data: Path | None) -> None:
    """Print what would be done, and how to have it done."""
    async with _desk(data, email) as (service, desk, operator):
        number = await desk.preview(operator, asked)
        line, items = await _repair(service, number, _SHOWN)
    children = len({item.ref for item in items if item.ref})
    say(f"Repair {number}: {REPAIRS[line.kind].name}. {REPAIRS[line.kind].does}")
    say(f"It touches {line.count} {'thing' if line.count == 1 else 'things'} and holds up £{line.pence / 100:,.2f}.")
    if line.count <= _SHOWN:
        say(f"Children: {children}.")
    _say_items(items)
    if line.count > _SHOWN:
        say(f"... and {line.count - _SHOWN} more: ./pep repairs {number}")
    count = f" --count {line.count}" if line.count >= TYPED_COUNT_FROM else ""
    say(f"Nothing is done yet. To have it done: ./pep confirm {number} --as {email} --confirm {line.frozen}{count}")


async def confirm(number: int, email: str, frozen: str, count: int | None, data: Path | None) -> None:
    """Confirm one's own preview."""
    async with _desk(data, email) as (_, desk, operator):
        state = await desk.confirm(operator, number, frozen, count)
    if state is RepairState.AWAITING_APPROVAL:
        say(f"A second person has to agree: ./pep approve {number} --as EMAIL --confirm {frozen}")
    else:
        say(f"The watch does it. What becomes of each thing: ./pep repairs {number}")


async def approve(number: int, email: str, frozen: str, data: Path | None) -> None:
    """Agree to somebody else's repair."""
    async with _desk(data, email) as (service, desk, operator):
        async with service.database.transaction() as session:
            line = await repair(session, number)
        if line is not None and line.kind is RepairKind.CORRECT_ADDRESS:
            raise CommandError("Agree to this at the console: there it is seen whose address is changed.")
        await desk.approve(operator, number, frozen)
    say(f"The watch does it. What becomes of each thing: ./pep repairs {number}")


async def stop(number: int, email: str, data: Path | None) -> None:
    """Stop a repair."""
    async with _desk(data, email) as (service, desk, operator):
        await desk.stop(operator, number)
        async with service.database.transaction() as session:
            left_out = (await results_of(session, number)).get(ItemResult.LEFT_OUT, 0)
    say(f"Stopped. {left_out} {'thing was' if left_out == 1 else 'things were'} left out.")


async def show(number: int, data: Path | None) -> None:
    """Print a repair and every thing of it. Raises UsageError for one that does not exist."""
    async with opened(data) as service:
        async with service.database.transaction() as session:
            if await repair(session, number) is None:
                raise UsageError("There is no repair with this number.")
        line, items = await _repair(service, number, _EVERY)
        async with service.database.transaction() as session:
            results = await results_of(session, number)
    say(f"Repair {number}: {REPAIRS[line.kind].name}, {STATES[line.state]}.")
    say("; ".join(f"{RESULTS[result]}: {count}" for result, count in results.items()))
    _say_items(items)


def _say_items(items: Sequence[ItemLine]) -> None:
    table = Table("N", "Case", "What", "Result", "Says")
    for item in items:
        table.add_row(str(item.number), item.ref or "", item.subject, RESULTS[item.result], item.said or "")
    say_table(table)


async def _repair(service: Service, number: int, most: int) -> tuple[RepairLine, list[ItemLine]]:
    async with service.database.transaction() as session:
        line = await repair(session, number)
        assert line is not None, "it was made a moment ago"  # noqa: S101
        return line, await item_lines(session, number, limit=most)


@asynccontextmanager
async def _desk(data: Path | None, email: str) -> AsyncIterator[tuple[Service, RepairDesk, Operator]]:
    """The desk, and who sits at it. Refusals end the command with their sentences."""
    async with opened(data) as service:
        async with service.database.transaction() as session:
            person_id = await person_at(session, email)
            roles = await roles_anywhere(session, person_id) if person_id is not None else frozenset()
        if person_id is None:
            raise UsageError("Nobody here has this address. Check it.")
        desk = RepairDesk(service.database, service.clock, KeyRing(service.settings.encryption_keys))
        try:
            yield service, desk, Operator(person_id, roles)
        except RepairRefused as refused:
            raise CommandError("\n".join(refused.sentences)) from None
        except UnknownRepair:
            raise UsageError("There is no such repair or problem.") from None

"""`./pep act`, `./pep case`, `./pep cases`: the acts and the case object of ACTS.md on the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import UnknownCase
from casework.take import Casework
from casework.view import case_object
from casework.which import shown
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say_json, say_table
from contracts.people import Role, named
from contracts.review import Stage
from store.cases import cases_in_care, find_case, person_at
from store.reviews import reviews_of
from store.tables import Case
from web.api.act_body import UnreadableAct, act_in

REFUSED = 1


async def act(child: str, action: str, fields: str, role: Role, data: Path | None, *, person: str | None = None) -> int:
    """Take an act and print its answer; gives the exit code: 0 accepted, 1 refused.

    Without `person` the command vouches for the role; with their address it is theirs, and they must have the role on
    this case. Raises UsageError for an unknown child or person and for fields that are not a JSON object.
    """
    body = {**_fields(fields), "action": action, "by": role.value}
    async with opened(data) as service:
        async with service.database.transaction() as session:
            person_id = await _person(session, person)
        try:
            answer = await Casework(service.database, service.clock).take(child, body, person_id=person_id)
        except UnknownCase as error:
            raise UsageError(str(error)) from None
        say_json(answer.as_json(told=await service.tell(answer.to_tell)))
    return 0 if answer.accepted else REFUSED


async def show_case(child: str, data: Path | None) -> None:
    """Print one case object. Raises UsageError for an unknown child."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            case = await find_case(session, child)
            if case is None:
                raise UsageError(str(UnknownCase()))
            say_json(await case_object(session, case, shown(await reviews_of(session, case.id)), now))


async def show_cases(data: Path | None, *, stage: Stage | None, as_json: bool) -> None:
    """Print every child in care, or those at a stage: a table for people, case objects for programs."""
    async with opened(data) as service:
        now = await service.clock.now()
        async with service.database.transaction() as session:
            cases: list[Case] = await cases_in_care(session)
            found = [await case_object(session, case, shown(await reviews_of(session, case.id)), now) for case in cases]
    wanted = [case for case in found if stage is None or case["stage"] == stage]
    if as_json:
        say_json(wanted)
    else:
        say_table(_table(wanted))


def _fields(text: str) -> dict[str, Any]:
    try:
        return act_in(text.encode("utf-8", "surrogateescape"))
    except UnreadableAct:
        raise UsageError(
            """The fields are not a JSON object. Write them in single quotes, like '{"on": "2026-10-14"}'."""
        ) from None


async def _person(session: AsyncSession, email: str | None) -> int | None:
    if email is None:
        return None
    person_id = await person_at(session, email)
    if person_id is None:
        raise UsageError("Nobody here has this address. Check it, or import the roll first.")
    return person_id


def _table(cases: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Child", "Term", "Stage", "Held by", "Until", "Meeting", "Missing", "Grant"):
        table.add_column(heading, justify="right" if heading in ("Missing", "Grant") else "left")
    for case in cases:
        table.add_row(*_row(case))
    table.caption = f"{len(cases)} {'case' if len(cases) == 1 else 'cases'}"
    table.caption_justify = "left"
    return table


def _row(case: Mapping[str, Any]) -> list[str]:
    stage = (case["stage"] or "not open yet").replace("_", " ")
    holders = named([Role(role) for role in case["held_by"]]) if case["held_by"] else ""
    return [
        case["child"],
        case["term"] or "",
        stage + (" (unfinished)" if case["unfinished"] else ""),
        holders.removeprefix("the ").replace(" the ", " "),
        case["until"] or "",
        case["meeting"]["on"] if case["meeting"] else "",
        str(len(case["missing"]) or ""),
        f"£{case['grant']['pence'] / 100:,.2f}" if case["grant"]["pence"] else "",
    ]

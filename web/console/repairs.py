"""Repairs: what waits for a second person, what runs, what is over; and one of them, thing by thing."""

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from contracts.people import AT_THE_CONSOLE
from contracts.problems import ProblemKind, RepairKind, RepairState
from repairs.desk import Operator
from repairs.errors import RepairRefused, UnknownRepair
from rules.repair_words import REPAIRS, RESULTS, STATES
from rules.repairs import TYPED_COUNT_FROM, may_approve, may_ask, needs_two, sees_problem
from rules.service_state import why_not
from store.problem_lists import problems
from store.repair_lists import OVER, RepairLine, children_of, item_lines, repair, repairs, results_of
from store.staff import Part
from web.absent import known, nothing_here
from web.auth.session import InSession, Visitor
from web.console.problems import shown
from web.console.repair_fields import OF_CASES
from web.console.room import at_repairs, condition, is_of_the_whole_authority
from web.console.seen_words import seen_in_words
from web.dependencies import InOffice, Office
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page

A_PAGE, ITEMS = 30, 200
_CASES_NAMED = 10
_AT_WORK = (RepairState.PREVIEWED, RepairState.AWAITING_APPROVAL, RepairState.RUNNING)
TONES = {
    RepairState.PREVIEWED: "grey",
    RepairState.AWAITING_APPROVAL: "yellow",
    RepairState.RUNNING: "blue",
    RepairState.STOPPED: "grey",
    RepairState.DONE: "green",
    RepairState.REFUSED: "red",
    RepairState.EXPIRED: "grey",
}
_DID = {
    "confirm": "Confirmed.",
    "approve": "You have agreed: the watch carries it out.",
    "refuse": "You have said no. Nothing was done.",
    "stop": "Stopped. What was not begun is left out.",
}
_SAID_BY = {"confirm": "#count", "refuse": "#reason"}
router = APIRouter()


@router.get("/console/repairs")
async def repair_list(request: Request, office: InOffice, visitor: InSession, skip: int = 0) -> Response:
    """What somebody may ask for or agree to; for those at the console everything; a team manager's own."""
    operator = await at_repairs(office, visitor)
    skip, kinds, mine = max(0, min(skip, 1_000_000)), _kinds_for(operator), visitor.person_id
    service = await condition(office)
    async with office.database.seen_by(visitor.person_id) as session:
        waiting = await repairs(
            session, kinds=may_approve(operator.roles), states=[RepairState.AWAITING_APPROVAL], limit=200
        )
        at_work = await repairs(session, kinds=kinds, states=_AT_WORK, limit=200)
        over = await repairs(session, kinds=kinds, states=OVER, limit=A_PAGE + 1, offset=skip)
        theirs = [kind for kind in ProblemKind if sees_problem(kind, operator.roles)]
        stuck = []
        if not operator.roles & AT_THE_CONSOLE and is_of_the_whole_authority(visitor.everywhere):
            stuck = [shown(line) for line in await problems(session, kinds=theirs, only_open=True, limit=50)]
    facts: dict[str, Any] = {
        "waiting": [one for one in waiting if one.asked_by != mine],
        "at_work": [one for one in at_work if _is_shown(one, mine)],
        "over": over[:A_PAGE],
        "following": f"/console/repairs?skip={skip + A_PAGE}" if len(over) > A_PAGE else None,
        "before": f"/console/repairs?skip={max(0, skip - A_PAGE)}" if skip else None,
        "stuck": stuck,
        "asks": any(kind in OF_CASES for kind in may_ask(operator.roles)),
    }
    return await page(request, "console/repairs.html", service=service, now=service.now, **facts | _WORDS)


def _is_shown(line: RepairLine, mine: int) -> bool:
    """Somebody else's preview is nobody's business before it is confirmed."""
    return line.state is not RepairState.PREVIEWED or line.asked_by == mine


_WORDS = {"repair_words": REPAIRS, "states": STATES, "tones": TONES}


def _kinds_for(operator: Operator) -> Sequence[RepairKind]:
    if operator.roles & AT_THE_CONSOLE:
        return list(RepairKind)
    return [*may_ask(operator.roles), *may_approve(operator.roles)]


@router.get("/console/repairs/{number:int}")
async def repair_page(
    request: Request, office: InOffice, visitor: InSession, number: int, skip: int = 0, did: str | None = None
) -> Response:
    """One repair: what was previewed, and what became of each thing."""
    return await _shown(request, office, visitor, number, skip=skip, notice=_DID.get(did or ""))


async def _shown(
    request: Request, office: Office, visitor: Visitor, number: int, *, skip: int = 0, **more: Any
) -> Response:
    operator, skip = await at_repairs(office, visitor), max(0, min(skip, 1_000_000))
    service = await condition(office)
    async with office.database.seen_by(visitor.person_id) as session:
        line = await repair(session, known(number))
        if line is None or line.kind not in _kinds_for(operator):
            raise nothing_here()
        items = await item_lines(session, number, limit=ITEMS, offset=skip)
        facts: dict[str, Any] = {
            "address": await _address(office, operator, line),
            "whose": await _whose(office, operator, line),
            "repair": line,
            "path_here": f"/console/repairs/{number}",
            "children": await children_of(session, number),
            "items": [(one, seen_in_words(one.seen)) for one in items],
            "results": [(RESULTS[result], count) for result, count in (await results_of(session, number)).items()],
            "result_words": RESULTS,
            "skipped": skip,
            "service": service,
            "now": service.now,
            "expired": line.state in _AT_WORK[:2] and line.expires_at <= service.now,
            "why_not": why_not(line.kind, service),
            "asks_count": line.count >= TYPED_COUNT_FROM,
            "needs_two": needs_two(line.kind),
            "given": _given(line),
            "may": _may(line, operator),
            "typed": {},
        }
    return await page(request, "console/repair.html", **facts | _WORDS | more)


async def _address(office: Office, operator: Operator, line: RepairLine) -> str | None:
    """The right address, for who asked for it and for who decides about it; to others it stays sealed."""
    if line.kind is not RepairKind.CORRECT_ADDRESS or line.state not in _AT_WORK:
        return None
    with suppress(RepairRefused, UnknownRepair):
        return await office.repair_desk.address_of(operator, line.id)
    return None


async def _whose(office: Office, operator: Operator, line: RepairLine) -> list[tuple[str, str]]:
    """The person and the present address, for who may agree to another one, as long as it is to be decided."""
    if line.kind is not RepairKind.CORRECT_ADDRESS or line.state not in _AT_WORK[:2]:
        return []
    with suppress(RepairRefused, UnknownRepair):
        person = await office.repair_desk.whose(operator, line.id)
        roles = "; ".join(_part_in_words(part) for part in person.parts) or "None any more"
        return [("Whose address", person.name), ("Roles", roles), ("Present address", person.address)]
    return []


def _part_in_words(part: Part) -> str:
    name, refs, more = part.role.in_words, part.cases[:_CASES_NAMED], len(part.cases) - _CASES_NAMED
    if not refs:
        return f"{name}, for the whole authority"
    return f"{name} of {', '.join(refs)}{f' and {more} more' if more > 0 else ''}"


def _given(line: RepairLine) -> list[tuple[str, str]]:
    """What else was asked, without an address or a person: not everybody who sees a repair sees those."""
    words = {"school_days": "School days", "on": "On", "deadline": "Deadline", "role": "Role", "evidence": "Evidence"}
    found = [(name, line.parameters.get(field)) for field, name in words.items()]
    return [(name, str(value).replace("_", " ")) for name, value in found if value]


def _may(line: RepairLine, operator: Operator) -> dict[str, bool]:
    """What this person may do with the repair as it is."""
    mine = line.asked_by == operator.person_id
    may_decide = line.kind in may_approve(operator.roles) and not mine
    return {
        "confirm": line.state is RepairState.PREVIEWED and mine,
        "approve": line.state is RepairState.AWAITING_APPROVAL and may_decide,
        "stop": line.state in _AT_WORK,
    }


@router.post("/console/repairs/{number:int}/{what}")
async def decide_repair(request: Request, office: InOffice, visitor: InSession, number: int, what: str) -> Response:
    """Confirm what was previewed, agree to it, refuse it, or stop it."""
    operator, desk = await at_repairs(office, visitor), office.repair_desk
    typed = await typed_in(request)
    frozen, known_number = first(typed, "frozen"), known(number)
    async with office.database.seen_by(visitor.person_id) as session:
        line = await repair(session, known_number)
        if line is None or line.kind not in _kinds_for(operator):
            raise nothing_here()
    try:
        match what:
            case "confirm":
                await desk.confirm(operator, number, frozen, _count(first(typed, "count")))
            case "approve":
                await desk.approve(operator, number, frozen)
            case "refuse":
                await desk.refuse(operator, number, first(typed, "reason"))
            case "stop":
                await desk.stop(operator, number)
            case _:
                raise nothing_here()
    except UnknownRepair:
        raise nothing_here() from None
    except RepairRefused as refused:
        errors = [{"text": sentence, "href": _SAID_BY.get(what, "#main-content")} for sentence in refused.sentences]
        kept = {name: first(typed, name) for name in ("count", "reason")}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await _shown(request, office, visitor, number, status=status, errors=errors, typed=kept)
    return RedirectResponse(f"/console/repairs/{number}?did={what}", HTTPStatus.SEE_OTHER)


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

"""One problem: what, why, what it means, what to do next; everything that is stuck in it, and what people did."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from contracts.people import AT_THE_CONSOLE, named
from contracts.problems import ProblemState, RepairKind
from repairs.desk import Operator
from repairs.errors import RepairRefused, UnknownRepair
from rules.problem_words import GONE, STATES
from rules.repair_words import REPAIRS, RepairWords
from rules.repair_words import STATES as REPAIR_STATES
from rules.repairs import WHO_MAY_REPAIR, offered, sees_problem
from rules.service_state import Condition, why_not
from store.problem_lists import ProblemLine, attempts_of, moves_of, notes_of, problem, things_of
from store.problem_moves import GIVEN_BACK, TAKEN
from store.repair_lists import repairs_of_problem
from web.absent import known, nothing_here
from web.auth.session import InSession, Visitor
from web.console.problems import shown
from web.console.room import condition, of_the_authority
from web.dependencies import InOffice, Office
from web.forms.reading import first
from web.forms.sent import typed_in
from web.look.page import page

THINGS, ATTEMPTS, GONE_THINGS = 100, 50, 20
"""How many of each are shown at a time."""
_MOVES = {TAKEN: "took it", GIVEN_BACK: "gave it back"}
_DONE = {
    "note": "Your note is kept.",
    "take": "You look after this problem now.",
    "give-back": "Nobody looks after this problem now.",
    "state": "The state is changed.",
}
_FIELDS = {"note": "#words"}
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair that a problem of this kind offers."""

    kind: RepairKind
    words: RepairWords
    not_yours: str | None
    """Whose it is, where it is not the visitor's to ask for."""
    why_not: str | None
    """Why it cannot work just now."""


def offers_for(kinds: tuple[RepairKind, ...], operator: Operator, service: Condition) -> list[Offer]:
    """What is offered, the suggested step first, each with whether it can be asked for now."""
    return [
        Offer(
            kind,
            REPAIRS[kind],
            None if set(WHO_MAY_REPAIR[kind]) & operator.roles else f"This is for {named(WHO_MAY_REPAIR[kind])}.",
            why_not(kind, service),
        )
        for kind in kinds
    ]


@router.get("/console/problems/{number:int}")
async def problem_page(
    request: Request,
    office: InOffice,
    visitor: InSession,
    number: int,
    things: int = 0,
    attempts: int = 0,
    did: str | None = None,
) -> Response:
    """`things` and `attempts` say how many of each are passed over; `did` what was just done."""
    return await _shown(request, office, visitor, number, things=things, attempts=attempts, did=did)


async def _shown(
    request: Request,
    office: Office,
    visitor: Visitor,
    number: int,
    *,
    things: int = 0,
    attempts: int = 0,
    did: str | None = None,
    **typed: Any,
) -> Response:
    operator = of_the_authority(visitor)
    things, attempts = (max(0, min(skip, 1_000_000)) for skip in (things, attempts))
    service = await condition(office)
    async with office.database.seen_by(visitor.person_id) as session:
        line = await problem(session, known(number))
        if line is None or not sees_problem(line.kind, operator.roles):
            raise nothing_here()
        tried = await attempts_of(session, number, limit=ATTEMPTS + 1, offset=attempts)
        facts: dict[str, Any] = {
            "problem": shown(line),
            "path_here": f"/console/problems/{number}",
            "service": service,
            "now": service.now,
            "things": await things_of(session, number, still=True, limit=THINGS, offset=things),
            "gone": await things_of(session, number, still=False, limit=GONE_THINGS),
            "attempts": tried[:ATTEMPTS],
            "more_attempts": len(tried) > ATTEMPTS,
            "skipped": {"things": things, "attempts": attempts},
            "notes": await notes_of(session, number),
            "moves": await moves_of(session, number),
            "repairs": await repairs_of_problem(session, number),
        }
    facts |= _of(line, operator, service) | {"notice": _DONE.get(did or ""), "typed_note": ""}
    return await page(request, "console/problem.html", **facts | typed)


def _of(line: ProblemLine, operator: Operator, service: Condition) -> dict[str, Any]:
    """What this person may do about a problem, and its words."""
    return {
        "offers": offers_for(offered(line.kind, line.error_type), operator, service),
        "keeps_it": bool(operator.roles & AT_THE_CONSOLE),
        "is_mine": line.owner_id == operator.person_id,
        "gone_words": GONE,
        "repair_words": REPAIRS,
        "repair_states": REPAIR_STATES,
        "move_words": {state.value: f"State: {words}" for state, words in STATES.items()} | _MOVES,
        "may_act": named([shown(line).words.must_act]),
    }


@router.post("/console/problems/{number:int}/{what}")
async def change_problem(request: Request, office: InOffice, visitor: InSession, number: int, what: str) -> Response:
    """Add a note, take the problem, give it back, or say how far people are with it."""
    operator, book = of_the_authority(visitor), office.problem_book
    typed = await typed_in(request)
    try:
        match what:
            case "note":
                await book.note(operator, known(number), first(typed, "words"))
            case "take":
                await book.take(operator, known(number))
            case "give-back":
                await book.give_back(operator, known(number))
            case "state" if (state := first(typed, "state")) in list(ProblemState):
                await book.set_state(operator, known(number), ProblemState(state))
            case _:
                raise nothing_here()
    except UnknownRepair:
        raise nothing_here() from None
    except RepairRefused as refused:
        errors = [{"text": sentence, "href": _FIELDS.get(what, "#state")} for sentence in refused.sentences]
        words = next(iter(typed.get("words", ())), "")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await _shown(request, office, visitor, number, status=status, errors=errors, typed_note=words)
    return RedirectResponse(f"/console/problems/{number}?did={what}", HTTPStatus.SEE_OTHER)

"""Asking for a repair: what is done to what, and why. Nothing is done yet; what follows is a preview."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.problems import RepairKind
from repairs.desk import Asked, Operator
from repairs.errors import RepairRefused, UnknownRepair
from rules.repair_words import REPAIRS
from rules.repairs import may_ask, sees_problem
from rules.service_state import why_not
from store.drafts import Typed
from store.problem_lists import problem, things_called
from web.absent import known, nothing_here
from web.auth.session import InSession, Visitor
from web.console.problems import Shown, shown
from web.console.repair_fields import OF_CASES, faults_in, parameters_in, parts_of, summary_of
from web.console.room import at_repairs, condition
from web.dependencies import InOffice, Office
from web.forms.reading import Fault, first
from web.forms.sent import typed_in
from web.forms.showing import show
from web.look.page import page

_BETWEEN = re.compile(r"[\s,;]+")
_NAMED = 20
"""So many of the things that were chosen are named on the form."""
_NOTHING_CHOSEN = "Nothing is chosen. Go back to the problem, and choose in the table what you mean, or all of it."
router = APIRouter()


@dataclass(frozen=True, slots=True)
class About:
    """What a repair is asked for: things of a problem, or cases (`problem` is None)."""

    problem: Shown | None
    things: Sequence[int] | None
    """The findings that were chosen; None for all that are stuck now."""
    named: Sequence[str]
    """What of them is named on the form, by reference."""


@router.get("/console/repairs/new")
async def ask_for_repair(request: Request, office: InOffice, visitor: InSession) -> Response:
    """The form of one kind of repair; without a kind, which there are for a case."""
    operator = await at_repairs(office, visitor)
    given = _as_typed(request)
    if not first(given, "kind"):
        offered = [(kind, REPAIRS[kind]) for kind in OF_CASES if kind in may_ask(operator.roles)]
        facts: dict[str, Any] = {"offered": offered, "case": first(given, "case")}
        return await page(request, "console/which_repair.html", **facts)
    typed = {**given, "cases": ["\n".join(given.get("case", ()))]}
    return await _form(request, office, visitor, operator, typed, [])


def _as_typed(request: Request) -> dict[str, list[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


@router.post("/console/repairs/new")
async def preview_repair(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Freeze what would be done, and lead to it."""
    operator, typed = await at_repairs(office, visitor), await typed_in(request)
    kind = _kind(typed, operator)
    number = _number(first(typed, "problem"))
    parameters, faults = parameters_in(kind, typed)
    things = _things(typed)
    if things == []:
        faults.append(Fault("", _NOTHING_CHOSEN))
    if not faults:
        cases = [ref for ref in _BETWEEN.split(first(typed, "cases")) if ref] if number is None else []
        asked = Asked(kind, first(typed, "reason"), number, things if number else None, cases, parameters)
        try:
            made = await office.repair_desk.preview(operator, asked)
            return RedirectResponse(f"/console/repairs/{made}", HTTPStatus.SEE_OTHER)
        except RepairRefused as refused:
            faults = faults_in(refused.sentences, parts_of(kind, of_cases=number is None))
        except UnknownRepair:
            raise nothing_here() from None
    return await _form(request, office, visitor, operator, typed, faults)


def _kind(typed: Typed, operator: Operator) -> RepairKind:
    """The kind of repair. Raises HTTPException (404) for one that is not for this person."""
    kind = first(typed, "kind")
    if kind not in list(RepairKind) or RepairKind(kind) not in may_ask(operator.roles):
        raise nothing_here()
    return RepairKind(kind)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        raise nothing_here()
    return known(int(text))


def _things(typed: Typed) -> list[int] | None:
    """The findings that were chosen; None where all are meant."""
    if not first(typed, "problem") or first(typed, "which") == "all":
        return None
    texts = [text for text in typed.get("thing", ()) if text.isascii() and text.isdecimal() and len(text) < 19]
    return [int(text) for text in texts]


async def _form(
    request: Request,
    office: Office,
    visitor: Visitor,
    operator: Operator,
    typed: Typed,
    faults: Sequence[Fault],
) -> Response:
    kind, service = _kind(typed, operator), await condition(office)
    async with office.database.seen_by(visitor.person_id) as session:
        about = await _about(session, operator, typed)
    if about.things == [] and not faults:
        faults = [Fault("", _NOTHING_CHOSEN)]
    fields = parts_of(kind, of_cases=about.problem is None)
    facts: dict[str, Any] = {
        "kind": kind,
        "words": REPAIRS[kind],
        "about": about,
        "which": "all" if about.things is None else "chosen",
        "service": service,
        "why_not": why_not(kind, service),
        "parts": show(fields, typed, faults),
        "errors": summary_of(faults, fields),
        "status": HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    }
    return await page(request, "console/new_repair.html", **facts)


async def _about(session: AsyncSession, operator: Operator, typed: Typed) -> About:
    number = _number(first(typed, "problem"))
    if number is None:
        return About(None, None, ())
    line = await problem(session, number)
    if line is None or not sees_problem(line.kind, operator.roles):
        raise nothing_here()
    things = _things(typed)
    named = await things_called(session, number, things[:_NAMED]) if things else []
    return About(shown(line), things, named)

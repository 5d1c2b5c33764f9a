"""A child's plan on one page: who holds it, since when, what is missing, and where each part is done."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.view import case_object
from contracts.clock import in_words, london_date
from contracts.people import AT_THE_CONSOLE, Role, named
from contracts.review import Section, Stage
from rules.repairs import may_ask
from rules.sections import signers
from rules.sharing import Part
from store.attendees import attendees_of
from store.drafts import drafts_on
from store.funding import undecided
from store.schools import school_of
from web.api.eyes import as_seen
from web.auth.session import InSession
from web.console.repair_fields import OF_CASES
from web.dependencies import InOffice
from web.epep.desk import Desk, at_desk
from web.epep.done import sentence_of
from web.epep.doors import doors_of
from web.epep.meeting import is_due
from web.epep.progress import Colour, tasks_of
from web.epep.returned import returned
from web.epep.ways import way_to
from web.look.page import page

router = APIRouter()


@router.get("/cases/{child_ref}")
async def child_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The page that letters link to. Everybody sees on it what they share in, and what is theirs to do.

    Young person, carer and IRO have pages of their own, and are led there.
    """
    async with at_desk(office, visitor, child_ref, "case") as desk:
        if desk.home != desk.path:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(desk.home + query, HTTPStatus.SEE_OTHER)
        facts = await facts_of(desk)
        return await page(request, "epep/child.html", desk=desk, notice=sentence_of(request), **facts)


async def facts_of(desk: Desk) -> dict[str, Any]:
    """What the page shows of the case."""
    case = as_seen(await case_object(desk.session, desk.case, desk.review, desk.now), desk.seen)
    found: dict[str, Any] = {
        "case": case,
        "place": await _place(desk),
        "doors_here": doors_of(desk),
        "missing": _missing(desk, case["missing"]),
        "due": is_due(desk),
        "returned": await returned(desk),
        "applications": await undecided(desk.session, desk.case.id) if Role.VIRTUAL_SCHOOL in desk.roles else [],
        "may_repair": any(kind in OF_CASES for kind in may_ask(desk.roles)),
        "groups": [],
        "attendees": [],
        "signatures": [],
        "holds": _holds(desk, case) if case["held_by"] or desk.share else "",
    }
    if desk.review is None or not desk.share:
        return found
    tasks = tasks_of(desk.plan, desk.standing, desk.share, await _drafts(desk), desk.today)
    groups = [(colour, [task for task in tasks if task.colour is colour]) for colour in Colour]
    if Part.ATTENDEES in desk.share.parts:
        found["attendees"] = await attendees_of(desk.session, desk.plan.review_id)
    if Part.MISSING in desk.share.parts and desk.standing.held_on is not None:
        found["signatures"] = [(role, role in desk.standing.signed) for role in signers(desk.plan)]
    return found | {"groups": [(colour, some) for colour, some in groups if some]}


async def _place(desk: Desk) -> str:
    """School and year group, as far as they are the visitor's: finance sees the school that is paid, operators none."""
    if desk.roles <= AT_THE_CONSOLE:
        return ""
    school = await school_of(desk.session, desk.case)
    year_group = desk.case.year_group if desk.shows_name else None
    return ", ".join(filter(None, [year_group, school.name if school else None]))


def _missing(desk: Desk, parts: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """What is missing, each sentence once though both parties may owe it; with the way there if the visitor does."""
    found: dict[str, str | None] = {}
    for part in parts:
        way = way_to(desk.ref, part["part"]) if part["role"] in desk.roles else None
        found[part["sentence"]] = found.get(part["sentence"]) or way
    return list(found.items())


async def _drafts(desk: Desk) -> list[Section]:
    kept = await drafts_on(desk.session, desk.visitor.person_id, desk.case.id)
    begins = f"{desk.plan.review_id}/submit/"
    return [section for section in Section if begins + section.value in kept]


def _holds(desk: Desk, case: dict[str, Any]) -> str:
    """One sentence: who holds it, since when, and until when. Nothing before the first plan."""
    if desk.review is None:
        return ""
    roles = [role for role in Role if role in case["held_by"]]
    if desk.standing.stage is Stage.PAUSED:
        return "The Virtual School paused this plan. No deadline runs meanwhile."
    if not roles:
        return "Nothing is waited for."
    verb = "hold" if len(roles) > 1 else "holds"
    words = named(roles)
    since = in_words(london_date(datetime.fromisoformat(case["since"])))
    until = f", until {in_words(date.fromisoformat(case['until']))}" if case["until"] else ""
    return f"{words[:1].upper()}{words[1:]} {verb} it since {since}{until}."

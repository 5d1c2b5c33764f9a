"""The Virtual School looks at a plan: every part beside the last plan's, what would block the sign-off, and its two
answers (PROCESS.md M2, M4, A7, A8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from casework.plan_view import plan_object
from contracts.people import Role
from contracts.review import GrantState, Section, Stage
from rules.grant import grant_after_sign_off, late_grant_in_words, pounds, was_kept
from rules.missing import to_see_first
from rules.sections import signers
from store.plan_content import Said, acts_on
from store.reviews import school_of_meeting
from store.schools import get_school
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.asking import Asked, not_theirs, sheet_of
from web.epep.desk import Desk, at_desk
from web.epep.forms.deciding import blocks, send_back, sign_off
from web.epep.returned import parts_of, reasons_in
from web.epep.showing import not_theirs_page
from web.epep.take_away import plan_words
from web.forms.showing import show
from web.look.page import page

router = APIRouter()
_SHOWN_BY_THEMSELVES = (Section.TARGETS, Section.GRANT)


@dataclass(frozen=True, slots=True)
class Signature:
    """A party's signature on the plan as it is now."""

    role: Role
    name: str | None
    at: datetime | None
    """None while it is missing."""
    proxy: str | None = None
    """Why somebody else signed for them."""


@router.get("/cases/{child_ref}/review")
async def review_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The plan as the Virtual School looks at it. What is decided on this page, is decided on what is shown on it."""
    async with at_desk(office, visitor, child_ref, "review") as desk:
        if Role.VIRTUAL_SCHOOL not in desk.roles or desk.review is None:
            asked = not_theirs("review", "sign_off", "Look at the plan")
            return await not_theirs_page(request, desk, asked)
        facts = await _compared(desk) | await _decision(desk)
        return await page(request, "epep/review.html", desk=desk, words=plan_words, **facts)


async def _compared(desk: Desk) -> dict[str, Any]:
    """This plan, and the last one that had targets: as plan objects."""
    reviews = await desk.every_review()
    this = await plan_object(desk.session, desk.case, desk.share, desk.now, term=desk.plan.term.key, reviews=reviews)
    term = this["last_plan"]["term"] if this["last_plan"] else None
    last = (
        await plan_object(desk.session, desk.case, desk.share, desk.now, term=term, reviews=reviews) if term else None
    )
    return {
        "this": this,
        "last": last,
        "missed": await _missed_since(desk, term),
        "pairs": [(section, _versions(this, section), _versions(last, section)) for section in _sections(this, last)],
        "grants": (_grant(this), _grant(last)),
        "signatures": await _signatures(desk),
        "returns": await acts_on(desk.session, desk.plan.review_id, ("return",)),
        "parts_of": parts_of,
        "reasons_in": reasons_in,
    }


async def _decision(desk: Desk) -> dict[str, Any]:
    """What blocks, what should be seen first, what follows, and the two forms where the plan waits for them."""
    found = {"blocks": await blocks(desk), "see_first": to_see_first(desk.standing), "released": await _released(desk)}
    waits = desk.standing.stage is Stage.VIRTUAL_SCHOOL
    forms = [await _form(desk, asked) for asked in (await sign_off(desk), await send_back(desk))] if waits else []
    return {**found, "forms": forms}


async def _form(desk: Desk, asked: Asked) -> dict[str, Any]:
    """A form as it lies under the plan: what was typed before, on what is shown now."""
    sheet = replace(await sheet_of(desk, asked), read=asked.first_mark)
    return {"asked": asked, "sheet": sheet, "parts": show(asked.parts, sheet.typed)}


async def _released(desk: Desk) -> str:
    """What the sign-off releases, and to which school, in a sentence (A8)."""
    plan, standing, asked = desk.plan, desk.standing, pounds(desk.standing.grant_pence)
    if standing.paid_pence is not None:
        return f"{pounds(standing.paid_pence)} was paid for this term already: nothing is paid again."
    if was_kept(standing):
        return f"{asked} stays with the Virtual School, which kept this grant: nothing is released to a school."
    match grant_after_sign_off(plan, standing):
        case GrantState.RELEASING:
            urn = await school_of_meeting(desk.session, plan.review_id) or desk.case.school_urn
            school = await get_school(desk.session, urn)
            return f"When you sign it off, {asked} is released to {school.name} (URN {school.urn})."
        case GrantState.KEPT:
            return f"The child has no school place: the Virtual School keeps the {asked} and spends it for the child."
        case GrantState.NOTHING_ASKED:
            return "The plan asks for no grant: nothing is released."
    return late_grant_in_words(plan)


async def _missed_since(desk: Desk, term: str | None) -> list[str]:
    """The terms between the last plan and this one that went without (B1)."""
    reviews = await desk.every_review()
    before = [one for one in reviews if one.plan.term.first_day < desk.plan.term.first_day]
    names = [one.plan.term.key for one in before]
    since = before[names.index(term) + 1 :] if term in names else before
    return [one.plan.term.label for one in since if one.standing.stage is Stage.MISSED]


async def _signatures(desk: Desk) -> list[Signature]:
    acts = await acts_on(desk.session, desk.plan.review_id, ("sign", "proxy_sign"))
    return [_signature(desk, role, acts) for role in signers(desk.plan)]


def _signature(desk: Desk, role: Role, acts: list[Said]) -> Signature:
    theirs = [act for act in acts if act.body.get("for", act.by) == role]
    if role not in desk.standing.signed or not theirs:
        return Signature(role, None, None)
    newest = theirs[-1]
    return Signature(role, newest.name, newest.at, newest.body.get("reason"))


def _sections(this: dict[str, Any], last: dict[str, Any] | None) -> list[Section]:
    """The sections in which one of the two plans says something, but for those that are shown by themselves."""
    return [
        section
        for section in Section
        if section not in _SHOWN_BY_THEMSELVES and (_versions(this, section) or _versions(last, section))
    ]


def _versions(plan: dict[str, Any] | None, section: Section) -> list[dict[str, Any]]:
    parts = plan["sections"] if plan else []
    return next((part["versions"] for part in parts if part["section"] == section), [])


def _grant(plan: dict[str, Any] | None) -> dict[str, Any] | None:
    """The lines of the grant, and their sum in pence. None where there is no such section."""
    versions = _versions(plan, Section.GRANT)
    if not versions:
        return None
    lines = versions[-1]["content"]["lines"]
    return {"lines": lines, "pence": sum(line["pence"] for line in lines), "state": versions[-1]["state"]}

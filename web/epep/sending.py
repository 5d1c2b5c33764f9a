"""What happens when a form comes back: it is kept, checked, sent to casework, and answered; nothing typed is lost."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from casework.errors import UnknownCase
from casework.take import Answer
from store.drafts import Typed
from web.auth.session import Visitor
from web.dependencies import Office
from web.epep.asking import Asked, Asking, Sheet, forget, keep, sheet_of, sheet_sent
from web.epep.desk import Desk, at_desk
from web.epep.resent import under_own_id, was_sent
from web.epep.showing import conflict_page, form_page, help_fragment, not_theirs_page
from web.forms.reading import first, read
from web.forms.sent import typed_in
from web.forms.showing import ADD

_TRIES = 5
"""So often the plan may move between the look at it and the act, before the person is asked to look again."""


async def open_form(
    request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking, *, reads: str = "form"
) -> Response:
    """Show a form with what is on record or was typed before. `reads` is noted as what was looked at."""
    async with at_desk(office, visitor, child_ref, reads) as desk:
        asked = await asking(desk)
        if asked.not_now or not (asked.by or asked.readable):
            return await not_theirs_page(request, desk, asked)
        return await form_page(request, desk, asked, await sheet_of(desk, asked))


async def send_form(request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking) -> Response:
    """Take what was typed, in the way that the pressed button says."""
    typed = await typed_in(request)
    press = next(iter(typed.get("press", ())), "")
    if press == "autosave":
        return await _kept_quietly(request, office, visitor, child_ref, asking)
    if press == "later":
        return await _kept(office, visitor, child_ref, asking, typed)
    if press == "discard":
        return await _thrown_away(request, office, visitor, child_ref, asking)
    if press == "check" or press.startswith(ADD):
        return await _shown_again(request, office, visitor, child_ref, asking)
    return await _sent(request, office, visitor, child_ref, asking)


async def _kept_quietly(request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking) -> Response:
    """Every few seconds while somebody types: kept, and answered with what is still to be said.

    One that comes late, after the form was sent, must not bring its draft back. Kept first and asked then, because the
    draft of what is being sent at this moment goes only after its act is there to be seen.
    """
    async with at_desk(office, visitor, child_ref, None) as desk:
        asked = await asking(desk)
        sheet = sheet_sent(asked, await typed_in(request))
        await keep(desk, asked, sheet)
        if await was_sent(desk, sheet.act_id):
            await forget(desk, asked)
            return PlainTextResponse("This was sent already.", HTTPStatus.CONFLICT)
        return await help_fragment(request, asked, sheet)


async def _kept(office: Office, visitor: Visitor, child_ref: str, asking: Asking, typed: Typed) -> Response:
    async with at_desk(office, visitor, child_ref, None) as desk:
        asked = await asking(desk)
        await keep(desk, asked, await _not_sent_yet(desk, sheet_sent(asked, typed)))
        return _see(f"{_next_page(desk, asked)}?done=kept")


async def _thrown_away(request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking) -> Response:
    async with at_desk(office, visitor, child_ref, None) as desk:
        await forget(desk, await asking(desk))
    return _see(request.url.path)


async def _shown_again(request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking) -> Response:
    """One more line, or what the rules would say: the form as it is, kept meanwhile."""
    async with at_desk(office, visitor, child_ref, None) as desk:
        asked = await asking(desk)
        sheet = await _not_sent_yet(desk, sheet_sent(asked, await typed_in(request)))
        await keep(desk, asked, sheet)
        if not (asked.by or asked.readable):
            return await not_theirs_page(request, desk, asked, sheet.typed)
        return await form_page(request, desk, asked, sheet)


async def _not_sent_yet(desk: Desk, sheet: Sheet) -> Sheet:
    """What was typed into a page from which something was sent before is something new."""
    return replace(sheet, act_id=str(uuid4())) if await was_sent(desk, sheet.act_id) else sheet


async def _sent(request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking) -> Response:
    for _ in range(_TRIES):
        async with at_desk(office, visitor, child_ref, None) as desk:
            asked = await asking(desk)
            sheet = sheet_sent(asked, await typed_in(request))
            values, faults = read(asked.parts, sheet.typed)
            await keep(desk, asked, sheet)
            if not asked.by and not asked.parts and await was_sent(desk, sheet.act_id):
                return _done(desk, asked)  # pressed twice: with the first press it was signed, and is no more to sign
            if not asked.by:
                return await not_theirs_page(request, desk, asked, sheet.typed)
            if faults:
                wrong = Sheet(sheet.typed, sheet.read, sheet.act_id, faults=tuple(faults))
                return await form_page(request, desk, asked, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
            act, again = await under_own_id(desk, _act_of(desk, asked, sheet, values))
            if asked.guarded and not again and (asked.mark != sheet.read or _of_another_review(desk, sheet)):
                return await conflict_page(request, desk, asked, replace(sheet, act_id=act["id"]))
        answer = await office.casework.take(child_ref, act, person_id=visitor.person_id)
        if not _stale(answer):
            break
    try:
        return await _answered(request, office, visitor, child_ref, asking, answer)
    except UnknownCase:  # what they did took the case out of their hands
        return _see(f"/work?done={act['action']}")


async def _answered(
    request: Request, office: Office, visitor: Visitor, child_ref: str, asking: Asking, answer: Answer
) -> Response:
    if not answer.accepted:
        async with at_desk(office, visitor, child_ref, None) as desk:
            asked = await asking(desk)
            sheet = sheet_sent(asked, await typed_in(request))
            refused = Sheet(sheet.typed, sheet.read, sheet.act_id, findings=answer.findings)
            return await form_page(request, desk, asked, refused, HTTPStatus.CONFLICT)
    await office.courier.tell(answer.to_tell)
    async with at_desk(office, visitor, child_ref, None) as desk:
        asked = await asking(desk)
        await forget(desk, asked)
        return _done(desk, asked)


def _done(desk: Desk, asked: Asked) -> Response:
    return _see(f"{_next_page(desk, asked)}?done={asked.done or asked.action}")


def _act_of(desk: Desk, asked: Asked, sheet: Sheet, values: dict[str, Any]) -> dict[str, Any]:
    """The act, on the revision that was looked at a moment ago where it matters what the plan says."""
    wanted = next(iter(sheet.typed.get("by", ())), "")
    by = next((role for role in asked.by if role == wanted), asked.by[0])
    act = {"id": sheet.act_id, "action": asked.action, "by": by, **asked.as_act(values)}
    if asked.guarded and desk.review is not None:
        act["seen"] = desk.review.standing.revision
    return act


def _of_another_review(desk: Desk, sheet: Sheet) -> bool:
    """Whether the form was opened for another term's plan: revisions count from the beginning in each."""
    review_id, _, _ = first(sheet.typed, "form").partition("/")
    return bool(review_id) and review_id != (desk.review.plan.review_id if desk.review else "case")


def _stale(answer: Answer) -> bool:
    return any(finding.rule == "STALE" for finding in answer.findings)


def _next_page(desk: Desk, asked: Asked) -> str:
    return f"{desk.path}/{asked.leads_to}" if asked.leads_to else desk.home


def _see(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)

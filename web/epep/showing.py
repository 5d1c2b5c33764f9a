"""The pages around a form: the form itself, two versions side by side, and why it is not the visitor's."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from contracts.people import Role
from rules.decide import WHO_MAY, not_for, who_may
from rules.findings import Finding
from store.drafts import Typed
from store.record_reads import note_read
from web.epep.anchors import link_of
from web.epep.asking import Asked, Sheet, sheet_sent
from web.epep.desk import Desk
from web.epep.done import sentence_of
from web.epep.saying import saying
from web.forms.reading import Fault, read, typed_of
from web.forms.sent import words_in
from web.forms.showing import Shown, ShownField, show
from web.look.environment import TEMPLATES
from web.look.page import page


async def form_page(
    request: Request, desk: Desk, asked: Asked, sheet: Sheet, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The form with what is typed in it, and above it whatever is wrong, each with the way there."""
    _note_shown(request, desk)
    parts = show(asked.parts, sheet.typed, sheet.faults)
    return await page(
        request,
        asked.template,
        status=status,
        desk=desk,
        asked=asked,
        sheet=sheet,
        parts=parts,
        help=_help(asked, sheet),
        notice=sentence_of(request) if request.method == "GET" else None,
        errors=[*_faults(parts, sheet.faults), *_findings(asked, sheet.findings)],
    )


async def conflict_page(request: Request, desk: Desk, asked: Asked, sheet: Sheet) -> Response:
    """Somebody else was quicker: both versions side by side, and nothing sent until a person has chosen."""
    _note_shown(request, desk)
    theirs = show(asked.parts, typed_of(asked.parts, asked.theirs.fields)) if asked.theirs else None
    newest = Sheet(sheet.typed, asked.first_mark, sheet.act_id)
    mine = show(asked.parts, sheet.typed)
    sentence = "Somebody has changed this since you opened it. Nothing of yours was sent or lost."
    return await page(
        request,
        "epep/conflict.html",
        status=HTTPStatus.CONFLICT,
        desk=desk,
        asked=asked,
        sheet=newest,
        since=sheet.read,
        parts=mine,
        theirs=theirs,
        errors=[{"text": sentence, "href": "#versions"}],
    )


def _note_shown(request: Request, desk: Desk) -> None:
    """A form that comes back shows what is on record as one that is opened does, where that is noted already."""
    if request.method == "POST":
        note_read(desk.session, desk.visitor.person_id, desk.case.id, "form", desk.now)


async def not_theirs_page(request: Request, desk: Desk, asked: Asked, typed: Typed | None = None) -> Response:
    """The act is for other roles, or for no one at this stage: said before anything is typed. What was typed while it
    still was theirs is on the page, to be copied."""
    return await page(
        request,
        "epep/not_yours.html",
        status=HTTPStatus.FORBIDDEN,
        desk=desk,
        asked=asked,
        why=_why_not(desk, asked),
        words=words_in(typed or {}),
    )


def _why_not(desk: Desk, asked: Asked) -> str:
    """Whose it is, for somebody whose it never is; else what stands in the way now."""
    allowed = who_may(desk.review.plan, asked.action) if desk.review else WHO_MAY[asked.action]
    if desk.roles & set(allowed):
        return asked.not_now if asked.not_now and asked.by else "There is nothing for you to do here now."
    return not_for(next(role for role in Role if role in desk.roles), allowed).sentence


async def help_fragment(request: Request, asked: Asked, sheet: Sheet) -> Response:
    """What is still to be said, as a piece of a page; it comes back to `autosave.js`."""
    html = TEMPLATES.get_template("epep/help.html").render(asked=asked, help=_help(asked, sheet))
    return HTMLResponse(html)


def _help(asked: Asked, sheet: Sheet) -> Sequence[dict[str, str | None]] | None:
    """What would be refused as it stands. None where the form has no such help."""
    if asked.help is None:
        return None
    values, faults = read(asked.parts, sheet_sent(asked, sheet.typed).typed)
    found: list[dict[str, str | None]] = [{"text": one.sentence, "href": f"#{one.name}"} for one in faults]
    # What the page cannot read, the rules do not see: they would call it missing, once more.
    findings = [one for one in asked.help(values) if not (faults and one.rule == "FORM")]
    return [*found, *_findings(asked, findings)]


def _faults(parts: Sequence[Shown], faults: Sequence[Fault]) -> list[dict[str, str | None]]:
    links = {one.name: one.link for one in _fields(parts)}
    return [{"text": fault.sentence, "href": f"#{links.get(fault.name, fault.name)}"} for fault in faults]


def _findings(asked: Asked, findings: Sequence[Finding]) -> list[dict[str, str | None]]:
    return [{"text": saying(asked.parts, finding), "href": link_of(asked, finding)} for finding in findings]


def _fields(parts: Sequence[Shown]) -> list[ShownField]:
    found: list[ShownField] = []
    for part in parts:
        if isinstance(part, ShownField):
            found.append(part)
        else:
            found += [one for row in part.rows for one in _fields(row)]
    return found

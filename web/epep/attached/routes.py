"""The addresses of a plan's files."""

from http import HTTPStatus
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import UnknownCase
from contracts.review import Section
from rules.attachments import clean_name, faults_of_file, faults_of_moment, kind_of, may_remove
from rules.findings import Finding
from store.attachments import AttachedFile, attach, attached_to, content_of, find_attached, lock_files, remove_attached
from store.page_tables import Attachment
from store.record_reads import note_read
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.attached.listing import attachments_by_section, may_see
from web.epep.attached.upload import UnreadableUpload, Upload, upload_in
from web.epep.desk import Desk, at_desk
from web.epep.done import sentence_of
from web.epep.take_away.downloads import disposition
from web.look.page import page

_OVER = [Finding("ORDER", "This file belongs to an earlier plan, which stays as it is.")]
_NEVER_RUN = "sandbox; default-src 'none'"
router = APIRouter()


@router.get("/cases/{child_ref}/attachments")
async def files_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """Every file of the plan that the case shows, and where one can be added."""
    async with at_desk(office, visitor, child_ref, "attachments") as desk:
        return await _files_page(request, desk)


@router.post("/cases/{child_ref}/attachments")
async def add_file(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """Keep one file with one section."""
    async with at_desk(office, visitor, child_ref, None) as desk:
        try:
            upload = await upload_in(request)
        except UnreadableUpload as error:
            return await _files_page(request, desk, [Finding("FORM", str(error))])
        section = _section(desk, upload.section)
        await lock_files(desk.session, desk.plan.review_id)
        findings = await _faults(desk, section, upload)
        if findings:
            return await _files_page(request, desk, findings, section)
        await attach(desk.session, _attachment(desk, section, upload))
    return _back(child_ref, "attached", section)


@router.get("/cases/{child_ref}/attachments/{attachment_id}")
async def hand_back(child_ref: str, attachment_id: str, office: InOffice, visitor: InSession) -> Response:
    """A file as it was added. A browser stores it and does not show it as part of our pages."""
    async with at_desk(office, visitor, child_ref, None) as desk:
        file = await _file(desk, attachment_id)
        content = await content_of(desk.session, file.id)
        note_read(desk.session, visitor.person_id, desk.case.id, "attachment", desk.now)
    headers = {
        "content-disposition": disposition(file.name),
        "content-security-policy": _NEVER_RUN,
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=file.kind, headers=headers)


@router.post("/cases/{child_ref}/attachments/{attachment_id}/remove")
async def remove_file(
    request: Request, child_ref: str, attachment_id: str, office: InOffice, visitor: InSession
) -> Response:
    """Show a file to nobody any more; the record keeps it."""
    async with at_desk(office, visitor, child_ref, None) as desk:
        file = await _file(desk, attachment_id)
        findings = faults_of_moment(desk.standing, 0) if desk.plan.review_id == file.review_id else _OVER
        if not may_remove(desk.roles, is_theirs=file.person_id == visitor.person_id):
            findings = [Finding("ROLE", "Only whoever added a file, or the Virtual School, removes it.")]
        if findings:
            return await _files_page(request, desk, findings, file.section)
        await remove_attached(desk.session, desk.case.id, file.id, desk.now)
    return _back(child_ref, "removed", file.section)


_STATUSES = {"ROLE": HTTPStatus.FORBIDDEN, "FORM": HTTPStatus.UNPROCESSABLE_ENTITY}


async def _files_page(
    request: Request, desk: Desk, findings: list[Finding] | None = None, section: Section | None = None
) -> Response:
    groups = await attachments_by_section(desk)
    asked = section if any(one["section"] is section and one["may_add"] for one in groups) else None
    errors = [{"text": one.sentence, "href": f"#file-{asked.value}" if asked else "#files"} for one in findings or ()]
    status = _STATUSES.get(findings[0].rule, HTTPStatus.CONFLICT) if findings else HTTPStatus.OK
    return await page(
        request,
        "cases/files.html",
        status=status,
        desk=desk,
        groups=groups,
        errors=errors,
        wrong=asked,
        notice=sentence_of(request),
    )


def _section(desk: Desk, name: str) -> Section:
    """Raises UnknownCase for a section that is not shared with the visitor, which is none for them."""
    if name not in desk.share.sections:
        raise UnknownCase
    return Section(name)


async def _faults(desk: Desk, section: Section, upload: Upload) -> list[Finding]:
    if not desk.may_write(section):
        return [Finding("ROLE", f"Files of the section {section.in_words} are added by whoever writes it.")]
    attached = await attached_to(desk.session, desk.plan.review_id)
    return faults_of_moment(desk.standing, len(attached)) or faults_of_file(upload.content)


async def _file(desk: Desk, attachment_id: str) -> AttachedFile:
    """Raises UnknownCase for one that is not there, or belongs to a section that is not shared with the visitor."""
    file = await find_attached(desk.session, desk.case.id, attachment_id)
    if file is None or file.section not in desk.share.sections:
        raise UnknownCase
    if file.review_id == desk.plan.review_id and not may_see(desk, file.section):
        raise UnknownCase
    return file


def _attachment(desk: Desk, section: Section, upload: Upload) -> Attachment:
    kind = kind_of(upload.content)
    if kind is None:
        raise ValueError("a file of no kind was not refused")
    return Attachment(
        id=str(uuid4()),
        case_id=desk.case.id,
        review_id=desk.plan.review_id,
        section=section.value,
        name=clean_name(upload.name, kind),
        kind=kind.value,
        size=len(upload.content),
        content=upload.content,
        person_id=desk.visitor.person_id,
        role=desk.may_write(section)[0].value,
        added_at=desk.now,
    )


def _back(child_ref: str, done: str, section: Section) -> Response:
    return RedirectResponse(f"/cases/{child_ref}/attachments?done={done}#{section.value}", HTTPStatus.SEE_OTHER)

"""The addresses of the forms: every section's and every act's. GET shows, POST takes what was typed."""

from fastapi import APIRouter, Request, Response

from casework.errors import UnknownCase
from contracts.review import Section
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep import sections
from web.epep.act_forms import FORMS
from web.epep.asking import Asked, Asking
from web.epep.desk import Desk
from web.epep.sending import open_form, send_form

router = APIRouter()


@router.get("/cases/{child_ref}/sections/{section}")
async def open_section(
    request: Request, child_ref: str, section: str, office: InOffice, visitor: InSession
) -> Response:
    """One section: what is on record, and the form for whoever writes it."""
    return await open_form(request, office, visitor, child_ref, _of_section(section))


@router.post("/cases/{child_ref}/sections/{section}")
async def send_section(
    request: Request, child_ref: str, section: str, office: InOffice, visitor: InSession
) -> Response:
    """What was typed into a section: kept, or sent."""
    return await send_form(request, office, visitor, child_ref, _of_section(section))


@router.get("/cases/{child_ref}/acts/{name}")
async def open_act(request: Request, child_ref: str, name: str, office: InOffice, visitor: InSession) -> Response:
    """The form of one act."""
    return await open_form(request, office, visitor, child_ref, _of_act(name))


@router.post("/cases/{child_ref}/acts/{name}")
async def send_act(request: Request, child_ref: str, name: str, office: InOffice, visitor: InSession) -> Response:
    """What was typed into the form of an act: kept, or sent."""
    return await send_form(request, office, visitor, child_ref, _of_act(name))


def _of_section(name: str) -> Asking:
    if name not in list(Section):
        raise UnknownCase
    section = Section(name)

    async def asking(desk: Desk) -> Asked:
        return await sections.ask(desk, section)

    return asking


def _of_act(name: str) -> Asking:
    if name not in FORMS:
        raise UnknownCase
    return FORMS[name]

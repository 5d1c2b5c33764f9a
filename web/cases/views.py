"""Saved views: the list as it is asked for, under a name, for oneself or for colleagues with the same role.

Words that were searched for are mostly a child's name: they do not travel with a view that others can open.
"""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import UnknownCase
from contracts.people import Role
from store.saved_views import MOST, TooManyViews, delete_view, keep_view, sharing_roles, view_for
from web.auth.session import InSession
from web.cases.asked import as_query, from_query
from web.cases.listing import show
from web.dependencies import InOffice
from web.forms.reading import first
from web.forms.sent import typed_in

_LONGEST_NAME = 80
_NO_NAME = "Give the view a name, so that you find it again."
_TOO_LONG = f"The name of a view has at most {_LONGEST_NAME} letters; this one is longer."
_TOO_MANY = f"You keep {MOST} views already: delete one that you do not use, then save this one."
router = APIRouter()


@router.post("/views")
async def save_view(request: Request, office: InOffice, visitor: InSession) -> Response:
    """Keep the list that is asked for. It stands sealed as whoever keeps it typed it, and is sealed anew for others."""
    typed = await typed_in(request)
    name, ring = first(typed, "name"), office.doorkeeper.ring
    asked = from_query(first(typed, "asked").removeprefix("?"), ring, visitor.person_id)
    fault = _NO_NAME if not name else _TOO_LONG if len(name) > _LONGEST_NAME else ""
    if not fault:
        async with office.database.seen_by(visitor.person_id) as session:
            roles = await sharing_roles(session, visitor.person_id)
            wanted = first(typed, "shared_with")
            shared_with = Role(wanted) if wanted in roles else None
            kept = asked.without("find") if shared_with else asked
            query, now = as_query(kept, ring, visitor.person_id), await office.clock.now()
            try:
                await keep_view(session, visitor.person_id, name, query.removeprefix("?"), shared_with, now)
            except TooManyViews:
                fault = _TOO_MANY
    if fault:
        errors = [{"text": fault, "href": "#name"}]
        given = {"name": name, "shared_with": first(typed, "shared_with")}
        return await show(request, office, visitor, asked, errors=errors, typed=given)
    done = "saved_view" if kept == asked else "shared_without_words"
    return _to(as_query(asked, ring, visitor.person_id, done=done))


@router.get("/views/{view_id}")
async def open_view(view_id: int, office: InOffice, visitor: InSession) -> Response:
    """On to the list that a view asks for."""
    async with office.database.seen_by(visitor.person_id) as session:
        roles = await sharing_roles(session, visitor.person_id)
        view = await view_for(session, visitor.person_id, roles, view_id)
    if view is None:
        raise UnknownCase
    ring = office.doorkeeper.ring
    return _to(as_query(from_query(view.asked, ring, view.owner_id), ring, visitor.person_id))


@router.post("/views/{view_id}/delete")
async def remove_view(view_id: int, office: InOffice, visitor: InSession) -> Response:
    """Delete a view of one's own."""
    async with office.database.seen_by(visitor.person_id) as session:
        name = await delete_view(session, visitor.person_id, view_id)
    if name is None:
        raise UnknownCase
    return _to("?done=deleted_view")


def _to(query: str) -> Response:
    return RedirectResponse(f"/cases{query}", HTTPStatus.SEE_OTHER)

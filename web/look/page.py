"""One page: a template of `web/templates`, with what the frame of every page needs."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from web.look.environment import TEMPLATES
from web.look.navigation import doors_for


async def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any
) -> HTMLResponse:
    """The page that a template makes of these facts. Every template has, beside them:

    `authority` (a name or None) and `demonstration`; `nonce`, which every script element must carry; `visitor`, who has
    signed in (`request.state.visitor`, with a `name`) or None; `path` and `doors` for the navigation; `errors`, faults
    of a form as `{"text": ..., "href": "#field"}`, empty unless given; `notice`, a sentence for the green banner, or
    None; `words`, what was typed into a form that cannot be shown. A fact that a template uses and nobody gave
    raises jinja2.UndefinedError.
    """
    owner = await request.app.state.office.signboard.read()
    path, visitor = request.url.path, getattr(request.state, "visitor", None)
    given: dict[str, Any] = {
        "authority": owner.name,
        "demonstration": owner.demonstration,
        "nonce": request.state.nonce,
        "visitor": visitor,
        "path": path,
        "doors": doors_for(path, visitor.offices if visitor else frozenset()),
        "errors": (),
        "notice": None,
        "words": (),
        **facts,
    }
    return HTMLResponse(TEMPLATES.get_template(template).render(given), status, headers)

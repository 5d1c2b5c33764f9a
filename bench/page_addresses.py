"""Every page of the app, with somebody who looks at it: found in the app's routes, so new pages are measured too."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from bench.large_authority import FIRST_AT
from contracts.people import Role
from contracts.review import Section, Stage
from web.epep.act_forms import FORMS

SW, DT, VS = Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL
_LISTS = (
    ("/work", (SW, DT, VS)),
    ("/cases", (SW, DT, VS, Role.FINANCE, Role.OPERATOR)),
    ("/cases?waits=letters", (SW, VS)),
    ("/cases?stage=virtual_school", (SW, VS)),
    ("/cases?stage=in_force", (VS,)),
    ("/cases?stage=missed", (VS,)),
    ("/cases?page=23", (VS,)),
    ("/today", (VS, Role.FINANCE)),
)
_AT = {
    SW: Stage.COMPLETING,
    DT: Stage.COMPLETING,
    VS: Stage.VIRTUAL_SCHOOL,
    Role.CARER: Stage.VIRTUAL_SCHOOL,
    Role.YOUNG_PERSON: Stage.VIRTUAL_SCHOOL,
}
"""Whose page is looked at, by who looks."""
_VALUES = {"section": [section.value for section in Section], "name": list(FORMS), "term": ["2025-26-summer", "summer"]}


@dataclass(frozen=True, slots=True)
class Page:
    """One address, and who asks for it. `ref` is the child of whom the person is found."""

    address: str
    who: Role
    ref: str
    by_token: bool = False


def pages_of(app: FastAPI) -> Iterator[Page]:
    """Lists first, then what is about one child."""
    for address, people in _LISTS:
        yield from (Page(address, who, FIRST_AT[Stage.COMPLETING]) for who in people)
    yield from (Page("/api/v1/cases", who, FIRST_AT[Stage.COMPLETING], by_token=True) for who in (SW, DT, VS))
    for path in dict.fromkeys(_paths(app.routes)):
        if path not in _SAID and not path.startswith("/sign-in"):
            yield from _pages(path, by_token=path.startswith("/api/"))


def _paths(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Of everything that can be asked for with GET, also in routers inside the app."""
    for route in routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            yield route.path
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _paths(inner.routes)


_SAID = frozenset(("/work", "/cases", "/today", "/api/v1/cases", "/live", "/ready", "/", "/cases/{child_ref}/news"))
"""In the lists above, or no page: the last one is a stream, which does not end."""


def _pages(path: str, *, by_token: bool) -> Iterator[Page]:
    names = [part[1:-1].split(":")[0] for part in path.split("/") if part.startswith("{")]
    others = [name for name in names if name != "child_ref"]
    if not set(others) <= set(_VALUES):
        return
    for values in product(*(_VALUES[name] for name in others)):
        given = dict(zip(others, values, strict=True))
        for who in _AT if "child_ref" in names else (SW, VS):
            ref = FIRST_AT[_AT[who]]
            yield Page(path.format(child_ref=ref, **given), who, ref, by_token)

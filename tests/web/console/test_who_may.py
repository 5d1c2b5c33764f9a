"""Every role at every address of the console (PROCESS.md, People)."""

import pytest
from fastapi.routing import APIRoute

from contracts.people import AT_THE_CONSOLE, Role
from contracts.problems import ProblemKind
from store.staff import give_staff_role
from tests.web.console.stuck import a_problem
from tests.web.door import CHILD, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import NAVIGATION
from web.console.routes import router

STAFF = (Role.VIRTUAL_SCHOOL, Role.FINANCE, Role.OPERATOR, Role.IRO, Role.VIRTUAL_SCHOOL_HEAD, Role.ENGINEER)
REPAIRS = frozenset({"/console/repairs", "/console/repairs/new"})
"""Also for who may ask for a repair, or agree to one."""
ASK_OR_AGREE = AT_THE_CONSOLE | {Role.VIRTUAL_SCHOOL, Role.FINANCE, Role.TEAM_MANAGER}


def routes() -> list[APIRoute]:
    found = []
    for included in router.routes:
        inner = getattr(included, "original_router", None)
        found += [route for route in (inner.routes if inner else [included]) if isinstance(route, APIRoute)]
    return found


def test_every_page_of_the_console_is_looked_at() -> None:
    paths = {route.path for route in routes()}
    assert len(paths) >= 9
    assert all(path.startswith("/console") for path in paths)


@pytest.mark.parametrize("role", Role)
async def test_who_is_not_at_the_console_sees_none_of_it(door: Door, browser_of: Opening, role: Role) -> None:
    number = await a_problem(door.database, door.clock.at, "C001", kind=ProblemKind.NOT_PICKED_UP)
    email = f"only.{role.value}@council.example"
    if role in STAFF:
        async with door.database.transaction() as session:
            await give_staff_role(session, email, role, "Only One")
    else:
        await door.put(email, role, CHILD)
    browser = await browser_of(email)
    for route in routes():
        path = route.path.replace("{number:int}", str(number)).replace("{what}", "take")
        allowed = AT_THE_CONSOLE if route.path not in REPAIRS else ASK_OR_AGREE
        if "{number" in route.path and "/repairs/" in route.path:
            allowed = frozenset()  # there is no repair with that number
        method = next(iter(route.methods or ()))
        answer = await browser.client.request(method, path, headers=NAVIGATION)
        if role not in allowed or (method == "POST" and route.path in REPAIRS):
            assert answer.status_code == 404, (method, path)
        else:
            assert answer.status_code in (200, 303), (method, path)

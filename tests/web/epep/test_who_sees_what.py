"""Every role at every address and at every act (PROCESS.md, People; ACTS.md, Acts)."""

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from casework.take import Casework
from contracts.people import ACTING_ROLES, AT_THE_CONSOLE, Role
from contracts.review import Section
from rules.decide import WHO_MAY
from rules.sharing import share_of
from store.caseload import NAMELESS
from store.cases import find_case, person_with
from store.page_tables import RecordRead
from store.tables import CaseRole, StaffRole
from store.tokens import AUTHORITY_WIDE
from tests.web.door import CHILD, FOREIGN, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import NAVIGATION, Browser
from web.app import undressed_app
from web.epep.act_forms import FORMS

ROLES = (*ACTING_ROLES, Role.IRO, Role.ENGINEER)
BLUE, RED = "He sleeps badly since the move.", "Reads two levels up."
PAGES = sorted(
    {
        route.path
        for route in undressed_app().routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and route.path.startswith("/cases/{child_ref}")
        and not set(route.path.split("/")) & {"{section}", "{name}", "{attachment_id}", "news"}
    }
)
"""The addresses of a case that need nothing but its reference."""
SECTIONS = [f"/cases/{{child_ref}}/sections/{section}" for section in Section]
ACTS = [f"/cases/{{child_ref}}/acts/{name}" for name in FORMS]


@pytest.fixture
async def written(door: Door) -> None:
    """A blue and a red section are on record."""
    for by, section, words in (("social_worker", "about_child", BLUE), ("designated_teacher", "attainment", RED)):
        body = {"action": "submit", "by": by, "section": section, "content": {"words": words}}
        answer = await Casework(door.database, door.clock).take(CHILD, body)
        assert answer.accepted


async def somebody(door: Door, browser_of: Opening, role: Role, child: str = CHILD) -> Browser:
    """Somebody with this role and no other."""
    email = f"only.{role.value}@council.example"
    async with door.database.transaction() as session:
        case = await find_case(session, child)
        assert case
        person_id = await person_with(session, email, "Only One")
        wide = role in AUTHORITY_WIDE | AT_THE_CONSOLE
        session.add(
            StaffRole(person_id=person_id, role=role)
            if wide
            else CaseRole(case_id=case.id, role=role, person_id=person_id)
        )
    return await browser_of(email)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in AUTHORITY_WIDE | AT_THE_CONSOLE])
async def test_a_foreign_child_is_a_404_at_every_address(door: Door, browser_of: Opening, role: Role) -> None:
    await door.open(FOREIGN)
    browser = await somebody(door, browser_of, role)
    for path in (*PAGES, *SECTIONS, *ACTS):
        foreign = await browser.open(path.format(child_ref=FOREIGN))
        unknown = await browser.open(path.format(child_ref="C999"))
        assert (foreign.status, unknown.status) == (404, 404), path
        assert foreign.text == unknown.text, path


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("role", ROLES)
async def test_no_page_shows_a_role_more_than_is_shared_with_it(door: Door, browser_of: Opening, role: Role) -> None:
    browser, sections = await somebody(door, browser_of, role), share_of([role]).sections
    for path in (*PAGES, *SECTIONS, *ACTS):
        page = await browser.open(path.format(child_ref=CHILD))
        assert page.status in (200, 403, 404), (path, page.status)
        if Section.ABOUT_CHILD not in sections:
            assert BLUE not in page.text, path
        if Section.ATTAINMENT not in sections:
            assert RED not in page.text, path
        if role in NAMELESS:
            assert "Cian" not in page.html, path
    readable = [await browser.open(path.format(child_ref=CHILD)) for path in SECTIONS]
    assert any(BLUE in page.text for page in readable) == (Section.ABOUT_CHILD in sections)
    assert any(RED in page.text for page in readable) == (Section.ATTAINMENT in sections)


@pytest.mark.parametrize("role", ROLES)
async def test_every_act_is_offered_to_its_roles_and_refused_to_all_others(
    door: Door, browser_of: Opening, role: Role
) -> None:
    browser = await somebody(door, browser_of, role)
    before = await door.rows()
    for name, path in zip(FORMS, ACTS, strict=True):
        page = await browser.open(path.format(child_ref=CHILD))
        asked = "act" in page.fields
        action = {"meeting-not-held": "record_meeting"}.get(name, name.replace("-", "_"))
        if role not in WHO_MAY[action]:
            assert not asked, name
            assert page.status in (403, 404), name
            sent = await browser.press(page, {"act": f"forced-{name}", "form": "case/x", "read": "0", "by": role.value})
            assert sent.status in (403, 404), (name, sent.status)
    assert await door.rows() == before


@pytest.mark.usefixtures("written")
async def test_who_read_a_child_s_record_is_noted(door: Door, browser_of: Opening) -> None:
    browser = await somebody(door, browser_of, Role.SOCIAL_WORKER)
    for path in PAGES:
        await browser.open(path.format(child_ref=CHILD))
    await browser.open(f"/cases/{CHILD}/sections/attainment")
    async with door.database.transaction() as session:
        noted = [(row.what, row.person_id) for row in (await session.execute(select(RecordRead))).scalars()]
        me = await person_with(session, "only.social_worker@council.example")
    assert {person for _, person in noted} == {me}
    assert len(noted) >= len(PAGES)


@pytest.mark.usefixtures("written")
async def test_what_a_form_shows_when_it_comes_back_is_noted_too(door: Door, browser_of: Opening) -> None:
    browser = await somebody(door, browser_of, Role.DESIGNATED_TEACHER)
    address = f"/cases/{CHILD}/sections/attainment"
    sent = await browser.client.post(address, data={"press": "check"}, headers=NAVIGATION)
    changed = await browser.client.post(address, data={"read": "0", "words": "Mine."}, headers=NAVIGATION)
    assert (sent.status_code, changed.status_code, RED in changed.text) == (200, 409, True)
    async with door.database.transaction() as session:
        assert [row.what for row in (await session.execute(select(RecordRead))).scalars()] == ["form", "form"]

"""Who agrees to another address sees whose it is, and where their mail goes at present; nobody else at the console."""

import pytest
from sqlalchemy import select

from contracts.people import Role
from contracts.problems import ProblemKind
from store.tables import Person
from tests.repairs.console import console_on
from tests.repairs.post import letters_for
from tests.web.console.conftest import Sitting
from tests.web.console.stuck import works
from tests.web.console.test_repairs import WHY
from tests.web.door import CHILD, SOCIAL_WORKER, Door

NEW = "right@council.example"


async def _problem(door: Door, state: str) -> int:
    """A letter to the child's social worker in that state, and a problem about it."""
    await works(door.database, door.clock.at)
    await door.open(CHILD)
    console = await console_on(door.database, door.clock)
    (letter,) = await letters_for(console, CHILD, 1)
    assert letter.address == SOCIAL_WORKER
    await console.change_letter(letter.id, state=state, settled_at=None if state == "waiting" else door.clock.at)
    thing = {"subject": f"letter:{letter.id}", "case_id": letter.case_id}
    return (await console.stuck(ProblemKind.LETTER_NOT_DELIVERED, [thing])).id


async def test_an_officer_sees_the_person_their_roles_and_the_present_address(door: Door, sits_down: Sitting) -> None:
    number = await _problem(door, "bounced")
    async with door.database.transaction() as session:
        name = (await session.execute(select(Person.name).where(Person.email == SOCIAL_WORKER))).scalar_one()
    operator, engineer = await sits_down(Role.OPERATOR), await sits_down(Role.ENGINEER)
    officer = await sits_down(Role.VIRTUAL_SCHOOL)
    asked = f"/console/repairs/new?problem={number}&kind=correct_address&which=all"
    shown = await operator.send(asked, {"reason": WHY, "address": NEW})
    path = shown.path
    await operator.press(shown.form(f"{path}/confirm"))
    page = await officer.open(path)
    assert f"Whose address {name}" in page.text
    assert "Roles social worker of C004, C010, C016, C022, C028" in page.text
    assert f"Present address {SOCIAL_WORKER} New address {NEW}" in page.text
    assert "Ask them, by telephone or face to face, before you agree." in page.text
    assert page.form(f"{path}/approve")
    for other in (operator, engineer):
        for text in (name, SOCIAL_WORKER):
            assert text not in (await other.open(path)).html
    await officer.press(page.form(f"{path}/approve"))
    assert name not in (await officer.open(path)).html, "it is decided"


@pytest.mark.parametrize("state", ["waiting", "sent"])
async def test_a_letter_that_may_arrive_is_no_reason_to_change_an_address(
    door: Door, sits_down: Sitting, state: str
) -> None:
    number = await _problem(door, state)
    operator = await sits_down(Role.OPERATOR)
    asked = f"/console/repairs/new?problem={number}&kind=correct_address&which=all"
    refused = await operator.send(asked, {"reason": WHY, "address": NEW})
    assert refused.errors == [
        "None of these letters was refused for good, given up or sent back: they may still arrive. An address is how "
        "somebody signs in, and is corrected only where mail cannot reach it."
    ]

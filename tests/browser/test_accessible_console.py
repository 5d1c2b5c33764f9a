"""Nobody is shut out of the console: axe finds nothing on any page of it in any state (WCAG 2.2 AA)."""

from dataclasses import asdict
from http import HTTPStatus

import pytest

from tests.browser.axe import assert_accessible
from tests.browser.cast import ENGINEER, FINANCE, IN_FORCE, MANAGER, OFFICER, OPERATOR
from tests.browser.console import Stuck, gets_stuck
from tests.browser.stage import Stage


@pytest.fixture(scope="module")
async def stuck(house: Stage) -> Stuck:
    """Something to see at the console."""
    return await gets_stuck(house)


CONSOLE = (
    (OPERATOR, "/console"),
    (OPERATOR, "/console?kind=not_told"),
    (OPERATOR, "/console/problems/{payments}"),
    (ENGINEER, "/console/problems/{code}"),
    (OFFICER, "/console/problems/{letter}"),
    (FINANCE, "/console/problems/{unsure}"),
    (FINANCE, "/console/repairs/new?problem={unsure}&kind=paid_otherwise&which=all"),
    (OPERATOR, "/console/repairs/new?problem={payments}&kind=try_now&which=chosen"),
    (OFFICER, f"/console/repairs/new?case={IN_FORCE}"),
    (OFFICER, f"/console/repairs/new?kind=extend&case={IN_FORCE}"),
    (OFFICER, f"/console/repairs/new?kind=bring_forward&case={IN_FORCE}"),
    (MANAGER, f"/console/repairs/new?kind=reassign&case={IN_FORCE}"),
    (ENGINEER, "/console/repairs/new?problem={code}&kind=reset&which=all"),
    (OPERATOR, "/console/repairs"),
    (FINANCE, "/console/repairs"),
    (OPERATOR, "/console/repairs/{repair}"),
    (OPERATOR, "/console/health"),
    (OPERATOR, "/console/audit"),
)


@pytest.mark.parametrize(("who", "path"), CONSOLE)
async def test_the_console(stage: Stage, stuck: Stuck, who: str, path: str) -> None:
    person = await stage.signed_in(who)
    answer = await person.goes(path.format(**asdict(stuck)))
    assert answer
    assert answer.status in (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)
    await assert_accessible(stage, person)


async def test_a_repair_that_two_people_decide_on(stage: Stage, stuck: Stuck) -> None:
    engineer = await stage.signed_in(ENGINEER)
    await engineer.goes(f"/console/repairs/new?problem={stuck.code}&kind=restart&which=all")
    await engineer.presses("Show me what would be done")
    await engineer.sees("There is a problem")
    await assert_accessible(stage, engineer)
    await engineer.fills({"Why": "The new version fits these runs."})
    await engineer.presses("Show me what would be done")
    await engineer.sees("Do you mean this?")
    await assert_accessible(stage, engineer)
    await engineer.presses("Confirm, and ask a second person")
    operator = await stage.signed_in(OPERATOR)
    await operator.goes("/console/repairs")
    await assert_accessible(stage, operator)
    await operator.follows("Start anew from the record")
    await operator.sees("Do you agree?")
    await operator.presses("Say no")
    await operator.sees("There is a problem")
    await assert_accessible(stage, operator)
    await operator.presses("Agree: do this now")
    await operator.sees("You have agreed")
    await assert_accessible(stage, operator)

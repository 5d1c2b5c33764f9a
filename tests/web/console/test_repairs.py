"""Repairs on the pages: a frozen preview, the number typed, two people where needed, and nothing typed is lost."""

from datetime import timedelta

from sqlalchemy import update

from contracts.people import Role
from contracts.problems import ProblemKind, RepairKind
from store.watch_tables import Finding
from tests.web.console.conftest import Sitting
from tests.web.console.stuck import a_problem, works
from tests.web.door import CHILD, FOREIGN, Door
from tests.web.epep.conftest import Opening
from tests.web.epep.pages import Browser, Page

MANY = [f"C{number:03}" for number in range(1, 13)]
WHY = "The bank says that it works again."


async def previewed(browser: Browser, number: int, kind: str, **more: str) -> Page:
    """The preview of a repair of everything that is stuck in a problem."""
    path = f"/console/repairs/new?problem={number}&kind={kind}&which=all"
    return await browser.send(path, {"reason": WHY, **more})


async def test_a_preview_shows_cases_runs_and_pounds_and_the_number_is_typed(door: Door, operator: Browser) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, *MANY)
    shown = await previewed(operator, number, "hold_step")
    assert "Previewed, nothing is done yet 12 things, 12 children, £6,000." in shown.text
    assert all(f'href="/cases/{ref}"' in shown.html for ref in MANY)
    assert "0190e1f0" in shown.text
    path = shown.path
    refused = await operator.press(shown.form(f"{path}/confirm"), {"count": "11"})
    assert refused.errors == ["Type 12, the number of things that this touches, to say that you mean all of them."]
    assert refused.form(f"{path}/confirm").fields["count"] == ["11"]
    running = await operator.press(refused.form(f"{path}/confirm"), {"count": "12"})
    assert (running.status, "Running" in running.text) == (200, True)
    assert "Waits for its turn: 12" in running.text
    stopped = await operator.press(running.form(f"{path}/stop"))
    assert "Left out: 12" in stopped.text


async def test_chosen_things_and_no_others(door: Door, operator: Browser) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", "C002", "C003")
    page = await operator.open(f"/console/problems/{number}")
    things = [part.partition('"')[0] for part in page.html.split('name="thing" value="')[1:]]
    nothing = await operator.open(f"/console/repairs/new?problem={number}&kind=try_now&which=chosen")
    assert nothing.errors[0].startswith("Nothing is chosen.")
    form = await operator.open(f"/console/repairs/new?problem={number}&kind=try_now&which=chosen&thing={things[1]}")
    shown = await operator.press(form, {"reason": WHY})
    assert "1 thing, 1 child, £500." in shown.text
    assert "/cases/C002" in shown.html
    assert "/cases/C001" not in shown.html


async def test_what_is_refused_comes_back_with_what_was_typed(door: Door, sits_down: Sitting) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(
        door.database, door.clock.at, "C001", kind=ProblemKind.PAYMENT_UNSURE, step="grant", error_type="FinanceUnknown"
    )
    finance = await sits_down(Role.FINANCE)
    refused = await previewed(finance, number, "paid_otherwise", evidence="BACS-1", reason="short")
    assert refused.status == 422
    assert refused.errors == ["Say why in a few words: whoever looks at this later has nothing else to go by."]
    assert refused.fields["evidence"] == ["BACS-1"]
    assert refused.fields["reason"] == ["short"]
    refused = await previewed(finance, number, "paid_otherwise")
    assert refused.errors == ["Fill in “The reference of the payment”."]
    assert refused.fields["reason"] == [WHY]


async def test_a_preview_of_what_has_changed_meanwhile_is_refused(door: Door, operator: Browser) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", "C002")
    shown = await previewed(operator, number, "try_now")
    async with door.database.transaction() as session:
        await session.execute(update(Finding).values(gone_at=door.clock.at, gone_because="succeeded"))
    refused = await operator.press(shown.form(f"{shown.path}/confirm"))
    assert refused.status == 422
    assert "no longer as the preview showed. Nothing was done. Make a new preview." in refused.errors[0]


async def test_two_people_start_a_run_anew_and_never_the_one_who_asked(door: Door, sits_down: Sitting) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", kind=ProblemKind.WORKFLOW_FAILING, step="PepReview")
    engineer, operator = await sits_down(Role.ENGINEER), await sits_down(Role.OPERATOR)
    shown = await previewed(engineer, number, "restart")
    assert "A second person has to agree first; you cannot agree yourself." in shown.text
    path = shown.path
    waits = await engineer.press(shown.form(f"{path}/confirm"))
    assert "Waits for a second person" in waits.text
    assert f"{path}/approve" not in waits.html
    assert path not in (await engineer.open("/console/repairs")).html.partition("Not over yet")[0]
    listed = await operator.open("/console/repairs")
    assert path in listed.html.partition("Not over yet")[0]
    agreed = await operator.open(path)
    frozen = agreed.form(f"{path}/approve").fields
    forged = await engineer.client.post(f"{path}/approve", data=frozen, headers={"sec-fetch-site": "same-origin"})
    assert "You asked for this yourself" in forged.text
    running = await operator.press(agreed.form(f"{path}/approve"))
    assert "You have agreed: the watch carries it out." in running.text
    assert "Agreed by Operator" in running.text


async def test_the_second_person_says_no_and_why(door: Door, sits_down: Sitting) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", kind=ProblemKind.NOT_PICKED_UP, step="PepReview")
    engineer, operator = await sits_down(Role.ENGINEER), await sits_down(Role.OPERATOR)
    shown = await previewed(engineer, number, "cancel")
    await engineer.press(shown.form(f"{shown.path}/confirm"))
    page = await operator.open(shown.path)
    empty = await operator.press(page.form(f"{shown.path}/refuse"), {"reason": "no"})
    assert (empty.status, empty.form(f"{shown.path}/refuse").fields["reason"]) == (422, ["no"])
    refused = await operator.press(page.form(f"{shown.path}/refuse"), {"reason": "The run is needed."})
    assert "You have said no. Nothing was done." in refused.text
    assert "Why not The run is needed." in refused.text
    audit = await operator.open("/console/audit")
    assert f"reason: {WHY}" in audit.text
    assert "reason: The run is needed." in audit.text


async def test_the_virtual_school_asks_from_a_case_and_what_cannot_be_is_said(door: Door, sits_down: Sitting) -> None:
    await works(door.database, door.clock.at)
    officer = await sits_down(Role.VIRTUAL_SCHOOL)
    case = await officer.open(f"/cases/{CHILD}")
    way = f"/console/repairs/new?case={CHILD}"
    assert way in case.html
    which = await officer.open(way)
    assert f"kind=hold_case&amp;case={CHILD}" in which.html
    assert "kind=restart" not in which.html
    held = await officer.send(f"/console/repairs/new?kind=hold_case&case={CHILD}", {"reason": WHY})
    assert "1 thing, 1 child" in held.text
    assert "Not held now" in held.text
    path = f"/console/repairs/new?kind=extend&case={CHILD}"
    refused = await officer.send(path, {"reason": WHY, "school_days": "3"})
    assert refused.errors == ["None of these has a deadline that runs and could be moved. Nothing has to be done."]
    assert refused.fields["school_days"] == ["3"]
    assert refused.fields["cases"] == [CHILD]
    unknown = await officer.send("/console/repairs/new?kind=hold_case", {"reason": WHY, "cases": "C001, X99\nC002"})
    assert unknown.errors == ["There is no case X99; check the reference."]
    wrong = await officer.send(path, {"reason": WHY, "school_days": "many"})
    assert wrong.errors == ["Give a whole number from 1 to 10, by which the deadline moves."]


async def test_a_team_manager_hands_over_the_team_s_own_cases_and_sees_no_other_repair(
    door: Door, sits_down: Sitting, browser_of: Opening
) -> None:
    await works(door.database, door.clock.at)
    officer = await sits_down(Role.VIRTUAL_SCHOOL)
    held = await officer.send(f"/console/repairs/new?kind=hold_case&case={CHILD}", {"reason": WHY})
    await door.put("lead@council.example", Role.TEAM_MANAGER, CHILD)
    manager = await browser_of("lead@council.example")
    asked = {"reason": WHY, "role": "social_worker", "address": "sw1@council.example"}
    shown = await manager.send(f"/console/repairs/new?kind=reassign&case={CHILD}", asked)
    assert "Hand over to somebody else" in shown.text
    assert "sw1@council.example" not in shown.text
    assert shown.path in (await manager.open("/console/repairs")).html
    foreign = await manager.send(f"/console/repairs/new?kind=reassign&case={FOREIGN}", asked)
    unknown = await manager.send("/console/repairs/new?kind=reassign&case=X99", asked)
    assert foreign.errors == [f"There is no case {FOREIGN}; check the reference."]
    assert unknown.errors == ["There is no case X99; check the reference."], "nobody learns which references there are"
    assert (await manager.open(held.path)).status == 404
    assert (await manager.open("/console/repairs/new?kind=hold_case")).status == 404


async def test_an_address_is_seen_by_who_decides_about_it_and_by_nobody_else(door: Door, sits_down: Sitting) -> None:
    """An operator may ask, an officer agrees: finance and engineers see neither address nor person."""
    for role, kind in ((Role.FINANCE, RepairKind.CORRECT_ADDRESS), (Role.OPERATOR, RepairKind.EXTEND)):
        browser = await sits_down(role)
        assert (await browser.open(f"/console/repairs/new?kind={kind.value}")).status == 404


async def test_a_preview_that_is_too_old_says_so(door: Door, operator: Browser) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001")
    shown = await previewed(operator, number, "try_now")
    door.clock.at += timedelta(minutes=31)
    page = await operator.open(shown.path)
    assert "Expired, nothing was done" in page.text
    assert f"{shown.path}/confirm" not in page.html
    late = await operator.press(shown.form(f"{shown.path}/confirm"))
    assert late.errors == ["It was too long ago that this was looked at. Make a new preview."]

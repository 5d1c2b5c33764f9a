"""One problem: what, why, what it means, what next; its things, attempts, notes, owner, states and what is offered."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from contracts.people import Role
from contracts.problems import ProblemKind, ProblemState, RepairKind
from rules.repair_words import REPAIRS
from rules.repairs import OFFERED
from store.watch_tables import ProblemRow
from tests.web.console.conftest import Sitting
from tests.web.console.stuck import a_problem, stops, temporal_goes_away, works
from tests.web.door import Door
from tests.web.epep.pages import Browser


async def test_it_says_what_happened_what_it_means_and_who_must_act(door: Door, operator: Browser) -> None:
    number = await a_problem(door.database, door.clock.at, "C001", "C002")
    page = await operator.open(f"/console/problems/{number}")
    assert "Grant not paid: the finance system does not answer" in page.text
    assert "2 children, £1,000 held, 2 things stuck now" in page.text
    assert "The schools wait for this money. It is paid once, however often it is tried." in page.text
    assert "Next try at 09:10:00." in page.text
    assert "The finance system does not answer. Bring it back; no money has moved. Then try now." in page.text
    assert "Who must act The operator" in page.text
    assert 'href="/cases/C001"' in page.html
    assert "08:57:00 C001 release_grant 7 Failed: FinanceUnavailable <number> refused" in page.text


async def test_a_note_is_kept_and_one_that_is_too_long_comes_back(door: Door, operator: Browser) -> None:
    number = await a_problem(door.database, door.clock.at, "C001")
    path = f"/console/problems/{number}"
    page = await operator.open(path)
    assert "No names of children, families or schools" in page.text
    kept = await operator.press(page.form(f"{path}/note"), {"words": "Rang the bank: back at ten."})
    assert (kept.path, "Rang the bank: back at ten." in kept.text) == (f"{path}?did=note", True)
    long = "x" * 501
    refused = await operator.press(page.form(f"{path}/note"), {"words": long})
    assert refused.status == 422
    assert refused.errors == ["A note has at most 500 characters, and this one has 501. Shorten it."]
    assert refused.form(f"{path}/note").fields["words"] == [long]
    assert (await operator.press(page.form(f"{path}/note"), {"words": "  "})).errors == ["Write what you found or did."]


async def test_somebody_takes_it_holds_it_and_gives_it_back_and_its_history_says_so(
    door: Door, operator: Browser
) -> None:
    number = await a_problem(door.database, door.clock.at, "C001")
    path = f"/console/problems/{number}"
    taken = await operator.press((await operator.open(path)).form(f"{path}/take"))
    assert "Looked after by Operator" in taken.text
    assert "Somebody is looking" in taken.text
    held = await operator.press(taken.form(f"{path}/state"))
    assert "On hold" in held.text
    back = await operator.press(held.form(f"{path}/give-back"))
    assert "Looked after by Nobody yet" in back.text
    for moved in ("Operator took it", "State: somebody is looking (Operator)", "Operator gave it back"):
        assert moved in back.text
    async with door.database.transaction() as session:
        await session.execute(update(ProblemRow).values(state=ProblemState.RESOLVED))
    refused = await operator.press(held.form(f"{path}/state"))
    assert refused.errors == ["This problem is resolved: there is nothing to look at or to hold any more."]


@pytest.mark.parametrize("kind", ProblemKind)
async def test_every_kind_is_told_in_words_and_offers_its_repairs(
    door: Door, operator: Browser, kind: ProblemKind
) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", kind=kind, step="", error_type="KeyError")
    page = await operator.open(f"/console/problems/{number}")
    assert page.status == 200
    for repair in OFFERED[kind]:
        assert REPAIRS[repair].does in page.text
    buttons = [repair for repair in OFFERED[kind] if f'value="{repair.value}"' in page.html]
    assert 'disabled aria-disabled="true"' not in page.html
    engineer_s = {"restart", "reset", "cancel", "paid_otherwise", "pay_again"}
    assert {repair.value for repair in OFFERED[kind]} - {repair.value for repair in buttons} <= engineer_s


async def test_a_step_whose_case_is_on_hold_offers_to_release_the_case(door: Door, operator: Browser) -> None:
    await works(door.database, door.clock.at)
    number = await a_problem(door.database, door.clock.at, "C001", error_type="OnHold", on_hold=True)
    page = await operator.open(f"/console/problems/{number}")
    assert "Grant not paid: the case is on hold" in page.text
    assert 'value="release_case"' in page.html
    assert 'value="hold_step"' not in page.html
    assert (await operator.open("/console")).status == 200


async def test_runs_that_only_wait_for_their_turn_are_not_offered_to_be_started_anew(
    door: Door, operator: Browser
) -> None:
    await works(door.database, door.clock.at)
    kind = ProblemKind.NOT_PICKED_UP
    number = await a_problem(door.database, door.clock.at, "C001", kind=kind, error_type="NotTaken")
    page = await operator.open(f"/console/problems/{number}")
    assert "Workers run and ask for work, and do not take up these runs." in page.text
    assert "What can be done" not in page.text
    gone = await a_problem(door.database, door.clock.at, "C002", kind=kind, error_type="VersionGone")
    assert REPAIRS[RepairKind.RESTART].does in (await operator.open(f"/console/problems/{gone}")).text


async def test_what_cannot_work_now_is_disabled_and_says_why(door: Door, operator: Browser) -> None:
    now = door.clock.at
    await works(door.database, now)
    step = await a_problem(door.database, now, "C001")
    letter = await a_problem(door.database, now, "C002", kind=ProblemKind.LETTER_NOT_DELIVERED, step="escalation")
    await temporal_goes_away(door.database, now, now - timedelta(minutes=5))
    page = await operator.open(f"/console/problems/{step}")
    assert page.html.count('disabled aria-disabled="true"') == 3
    assert "Temporal is away: this can be done when it is back." in page.text
    assert 'disabled aria-disabled="true"' not in (await operator.open(f"/console/problems/{letter}")).html
    await stops(door.database, "watch", now - timedelta(minutes=5))
    page = await operator.open(f"/console/problems/{letter}")
    assert "The watch, which carries repairs out, has stopped" in page.text


async def test_finance_sees_payments_and_the_virtual_school_letters_and_neither_the_rest(
    door: Door, sits_down: Sitting
) -> None:
    now = door.clock.at
    numbers = {kind: await a_problem(door.database, now, "C001", kind=kind, step="") for kind in ProblemKind}
    for role, theirs in (
        (Role.FINANCE, {ProblemKind.PAYMENT_UNSURE}),
        (Role.VIRTUAL_SCHOOL, {ProblemKind.LETTER_NOT_DELIVERED}),
        (Role.IRO, set()),
    ):
        browser = await sits_down(role)
        seen = {
            kind
            for kind, number in numbers.items()
            if (await browser.open(f"/console/problems/{number}")).status == 200
        }
        assert seen == theirs


async def test_a_problem_that_does_not_exist(operator: Browser) -> None:
    for number in ("0", "999999", "99999999999999999999", "x"):
        assert (await operator.open(f"/console/problems/{number}")).status == 404


async def test_every_page_is_there_and_says_so_while_temporal_is_away(door: Door, operator: Browser) -> None:
    now = door.clock.at
    await works(door.database, now)
    number = await a_problem(door.database, now, "C001")
    await temporal_goes_away(door.database, now, now - timedelta(minutes=5))
    new = f"/console/repairs/new?problem={number}&kind=try_now&which=all"
    for path in ("/console", f"/console/problems/{number}", "/console/repairs", new, "/console/health"):
        page = await operator.open(path)
        assert (page.status, "Temporal is away since 08:55" in page.text) == (200, True), path
    assert (await operator.open("/console/audit")).status == 200
    assert 'disabled aria-disabled="true"' in (await operator.open(new)).html

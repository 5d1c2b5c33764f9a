"""Finance's pages: who sees them, that each number leads to its list, runs of two people, statements."""

import csv
import io
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from contracts.people import Role
from store import grants
from store.cases import find_case
from store.grants import LedgerState
from store.money_tables import GrantRow
from store.payment_repairs import begin_again, lock_payment
from tests.support.grant_cases import NOON, GrantCase, add_case
from tests.support.payment_runs import corrected
from tests.web.door import CHILD, Door
from tests.web.epep.pages import NAVIGATION, Browser
from tests.web.outline import assert_whole

FIRST, SECOND, HEAD, OPERATOR = (f"{who}@council.example" for who in ("petra", "paul", "head", "operator"))
Opening = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def paid(door: Door) -> list[str]:
    """Two grants that finance's system has confirmed, one that it has refused and one that it may have paid."""
    for email, role in (
        (FIRST, Role.FINANCE),
        (SECOND, Role.FINANCE),
        (HEAD, Role.VIRTUAL_SCHOOL_HEAD),
        (OPERATOR, Role.OPERATOR),
    ):
        await door.put_on_staff(email, role)
    door.clock.set(NOON)
    ends = (LedgerState.CONFIRMED, LedgerState.CONFIRMED, LedgerState.FAILED, LedgerState.UNKNOWN)
    return [await a_grant(door, await add_case(door.database), end) for end in ends]


async def a_grant(door: Door, case: GrantCase, end: LedgerState) -> str:
    async with door.database.transaction() as session:
        row = await grants.intend(session, case.grant(), NOON)
        for state in (LedgerState.SENT, end):
            await grants.mark(session, row.key, state, NOON)
    return row.key


async def text_of(browser: Browser, path: str) -> str:
    answer = await browser.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert_whole(answer)
    return answer.text


async def test_every_number_leads_to_its_list_and_names_nobody(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    finance = await browser_of(FIRST)
    shown = await text_of(finance, "/payments")
    async with door.database.transaction() as session:
        case = await find_case(session, CHILD)
    assert case
    assert "Invented" not in shown
    assert case.family_name not in shown
    numbers = dict(re.findall(r'href="/payments\?state=(\w+)">(\d+)<', shown))
    assert (numbers["paid"], numbers["refused"], numbers["unknown"]) == ("2", "1", "1")
    for state, number in numbers.items():
        listed = await finance.client.get(f"/payments.csv?state={state}")
        rows = list(csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig"))))
        assert len(rows) == int(number), state
    assert (await finance.client.get("/payments.xlsx?financial=2026/27")).content.startswith(b"PK")
    assert "No payment is found" in await text_of(finance, "/payments?financial=1999/00&term=autumn&school=1&page=1")
    assert paid[2] in await text_of(finance, f"/payments?ref={paid[2].split('-')[1]}&state=refused&year=2026/27")
    await text_of(finance, "/payments?state=nonsense&financial=20&page=99999999")


async def test_a_payment_tells_its_history_also_under_its_older_key(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    finance = await browser_of(FIRST)
    async with door.database.transaction() as session:
        await begin_again(session, await lock_payment(session, paid[2]))
    for address in (paid[2], f"{paid[2]}!2"):
        shown = await text_of(finance, f"/payments/{address}")
        assert f"{paid[2]}/2" in shown
        assert "Refused before" in shown
    assert (await finance.client.get("/payments/grant-nobody")).status_code == 404


async def test_two_people_make_approve_and_take_a_run(door: Door, paid: list[str], browser_of: Opening) -> None:
    first, second = await browser_of(FIRST), await browser_of(SECOND)
    await text_of(first, "/payments/runs")
    assert (
        "must be a real date"
        in (await first.client.get("/payments/runs/new?until-day=31&until-month=2&until-year=2026")).text
    )
    offered = await text_of(first, "/payments/runs/new?until-day=20&until-month=11&until-year=2026")
    sent = {"until": "2026-11-20", "frozen": hidden(offered, "frozen"), "left_out": paid[1]}
    made = await posted(first, "/payments/runs/new", data=sent)
    assert made.status_code == 303
    again = await posted(first, "/payments/runs/new", data=sent)
    assert (again.status_code, "not those that were shown" in again.text) == (422, True)
    run = made.headers["location"].split("?")[0]
    assert "Approve this list" not in await text_of(first, run)
    frozen = hidden(await text_of(second, run), "frozen")
    own = await posted(first, f"{run}/approve", data={"frozen": frozen})
    assert (own.status_code, "somebody else" in own.text) == (409, True)
    assert (await posted(second, f"{run}/approve", data={"frozen": frozen})).status_code == 303
    taken = await posted(first, f"{run}/file")
    assert [row["payment_key"] for row in csv.DictReader(io.StringIO(taken.text))] == [paid[0]]
    assert "with the bank" in (await posted(first, f"{run}/cancel", data={"because": "No."})).text
    assert "Exported on" in await text_of(second, run)
    assert "was exported" in await text_of(first, f"/payments/{paid[0]}")
    assert f'href="{run}"' in await text_of(first, "/payments")


async def test_a_grant_that_was_corrected_is_paid_without_it_and_its_page_says_what_is_left(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    first, second = await browser_of(FIRST), await browser_of(SECOND)
    await corrected(door.database, paid[0], -20_000)
    await corrected(door.database, paid[1], -50_000)
    offered = await text_of(first, "/payments/runs/new")
    assert "1 payment, £300" in offered
    made = await posted(first, "/payments/runs/new", data={"until": "2026-11-20", "frozen": hidden(offered, "frozen")})
    run = made.headers["location"].split("?")[0]
    await posted(second, f"{run}/approve", data={"frozen": hidden(await text_of(second, run), "frozen")})
    file = (await posted(second, f"{run}/file")).content
    assert b"300.00" in file
    shown = await text_of(first, f"/payments/{paid[0]}")
    assert "Decided: £500 to the school." in shown
    assert "was exported, with £300." in shown
    assert "Owed back" not in shown
    await corrected(door.database, paid[0], 20_000)
    assert "£200: it was corrected after its run’s file was taken" in await text_of(first, f"/payments/{paid[0]}")
    assert (await posted(first, f"{run}/file")).content == file
    assert "The same file again, whatever was corrected since." in await text_of(first, run)


async def test_a_cancelled_run_keeps_what_was_typed_and_frees_its_payments(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    first = await browser_of(FIRST)
    offered = await text_of(first, "/payments/runs/new")
    made = await posted(first, "/payments/runs/new", data={"until": "2026-11-20", "frozen": hidden(offered, "frozen")})
    run = made.headers["location"].split("?")[0]
    refused = await posted(first, f"{run}/cancel", data={"because": "x" * 501})
    assert (refused.status_code, "x" * 501 in refused.text) == (409, True)
    assert (await posted(first, f"{run}/cancel", data={"because": "A wrong day."})).status_code == 303
    assert "2 payments, £1,000" in await text_of(first, "/payments/runs/new")


async def test_a_statement_is_compared_whole_or_not_at_all(door: Door, paid: list[str], browser_of: Opening) -> None:
    first = await browser_of(FIRST)
    rows = "".join(f"{key},500.00,2026-11-20\n" for key in paid)
    faulty = await uploaded(first, f"payment_key,amount,paid_on\n{paid[0]},500,2026-11-20\n")
    assert (faulty.status_code, "line 2: amount is not a sum" in faulty.text) == (422, True)
    assert "Choose a file" in (await uploaded(first, "")).text
    done = await uploaded(first, f"payment_key,amount,paid_on\n{rows}")
    assert done.status_code == 303
    shown = await text_of(first, done.headers["location"])
    assert [shown.count(word) for word in ("Refused, and paid", "Was unsure, is paid")] == [2, 2]
    again = await uploaded(first, f"payment_key,amount,paid_on\n{rows}")
    assert "imported before" in await text_of(first, again.headers["location"])
    assert "Nothing is missing." in await text_of(first, "/payments/statements")


async def test_a_statement_is_withdrawn_with_a_reason_and_its_file_can_come_again(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    first, head = await browser_of(FIRST), await browser_of(HEAD)
    text = f"payment_key,amount,paid_on\n{paid[0]},500.00,2026-11-20\n"
    there = (await uploaded(first, text)).headers["location"].split("?")[0]
    assert "Withdraw this statement" in await text_of(first, there)
    assert "Withdraw this statement" not in await text_of(head, there)
    assert (await posted(head, f"{there}/withdraw", data={"because": "No."})).status_code == 404
    refused = await posted(first, f"{there}/withdraw", data={"because": "x" * 501})
    assert (refused.status_code, "x" * 501 in refused.text) == (409, True)
    assert (await posted(first, f"{there}/withdraw", data={"because": "The wrong month."})).status_code == 303
    shown = await text_of(first, there)
    assert "The wrong month." in shown
    assert "Withdraw this statement" not in shown
    assert "Matched" not in shown
    assert "Withdrawn" in await text_of(first, "/payments/statements")
    again = (await uploaded(first, text)).headers["location"]
    assert again.split("?")[0] != there
    assert "Matched" in await text_of(first, again)


async def test_the_virtual_school_reads_and_nobody_else_is_let_in(
    door: Door, paid: list[str], browser_of: Opening
) -> None:
    head, operator = await browser_of(HEAD), await browser_of(OPERATOR)
    pages = ("/payments", "/payments/runs", "/payments/statements", f"/payments/{paid[0]}")
    for path in pages:
        await text_of(head, path)
        assert (await operator.client.get(path)).status_code == 404
    assert (await operator.client.get("/payments.csv")).status_code == 404
    assert (await head.client.get("/payments/runs/new")).status_code == 404
    for path in ("/payments/runs/new", "/payments/runs/1/approve", "/payments/runs/1/file", "/payments/runs/1/cancel"):
        assert (await posted(head, path, data={})).status_code == 404
    assert (await uploaded(head, "payment_key\n")).status_code == 404
    for path in ("/payments/runs/999", "/payments/statements/999", "/payments/runs/99999999999"):
        assert (await head.client.get(path)).status_code == 404


async def test_finance_begins_at_the_payments(door: Door, paid: list[str], browser_of: Opening) -> None:
    finance = await browser_of(FIRST)
    assert (await finance.client.get("/work")).headers["location"] == "/payments"


async def test_a_cell_that_would_run_is_text(door: Door, paid: list[str], browser_of: Opening) -> None:
    async with door.database.transaction() as session:
        (await session.get_one(GrantRow, paid[0])).paid_otherwise = "=HYPERLINK(1)"
    finance = await browser_of(FIRST)
    listed = await finance.client.get("/payments.csv?state=paid_otherwise")
    (row,) = csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig")))
    assert row["Evidence of payment by other means"] == "'=HYPERLINK(1)"


async def posted(browser: Browser, path: str, data: dict[str, str] | None = None) -> httpx.Response:
    return await browser.client.post(path, data=data, headers=NAVIGATION)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


async def uploaded(browser: Browser, text: str) -> httpx.Response:
    file = {"file": ("november.csv", text.encode())}
    return await browser.client.post(
        "/payments/statements", data={"section": "statement"}, files=file, headers=NAVIGATION
    )

"""The HTTP adapter: what it asks, and that only an answer about this payment decides anything."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from activities.finance import PaymentDiffers, PaymentOrder, PaymentOutcome, payment_key
from activities.finance_http import HttpFinance
from tests.support.finance_book import WITHOUT_AN_ANSWER, Manner
from tests.support.finance_server import TOKEN, FinanceServer

ORDER = PaymentOrder(payment_key("C1", "2026/27", "autumn"), "100001", "C1", "2026/27", "autumn", 50_000)
SHORT = 0.25


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[FinanceServer]:
    async with FinanceServer() as server:
        yield server


@pytest.fixture
def server(running: FinanceServer) -> FinanceServer:
    running.forget()
    return running


@pytest.fixture
async def finance(server: FinanceServer) -> AsyncIterator[HttpFinance]:
    async with HttpFinance(server.url, TOKEN, timeout_seconds=SHORT) as finance:
        yield finance


async def test_A8_a_payment_carries_its_key_and_is_accepted(server: FinanceServer, finance: HttpFinance) -> None:
    answer = await finance.pay(ORDER)
    assert (answer.outcome, answer.reference, answer.pence) == (PaymentOutcome.ACCEPTED, "P-1", 50_000)
    assert server.headers[0]["idempotency-key"] == ORDER.key
    assert server.book.paid == {ORDER.key: ORDER}


async def test_A8_the_same_key_twice_is_one_payment(server: FinanceServer, finance: HttpFinance) -> None:
    answers = [await finance.pay(ORDER) for _ in range(2)]
    assert [answer.outcome for answer in answers] == [PaymentOutcome.ACCEPTED] * 2
    assert len(server.book.paid) == 1


async def test_A8_a_key_that_stands_for_another_sum_is_an_error(server: FinanceServer, finance: HttpFinance) -> None:
    other = PaymentOrder(ORDER.key, ORDER.school_urn, ORDER.case_ref, ORDER.academic_year, ORDER.term, 40_000)
    await finance.pay(ORDER)
    with pytest.raises(PaymentDiffers):
        await finance.pay(other)


async def test_a_refusal_is_a_refusal_also_when_looked_up(server: FinanceServer, finance: HttpFinance) -> None:
    server.book.plan(Manner.REFUSE)
    assert (await finance.pay(ORDER)).outcome is PaymentOutcome.REFUSED
    assert (await finance.look_up(ORDER.key)).outcome is PaymentOutcome.REFUSED


@pytest.mark.parametrize("manner", WITHOUT_AN_ANSWER)
async def test_A8_what_cannot_be_told_is_unknown_and_asked_once(
    server: FinanceServer, finance: HttpFinance, manner: Manner
) -> None:
    server.book.plan(manner)
    assert (await finance.pay(ORDER)).outcome is PaymentOutcome.UNKNOWN
    assert len(server.headers) == 1
    looked_up = await finance.look_up(ORDER.key)
    expected = PaymentOutcome.ACCEPTED if manner.takes_effect else PaymentOutcome.NOT_FOUND
    assert looked_up.outcome is expected


@pytest.mark.parametrize("manner", [Manner.FAIL_BEFORE, Manner.LOGIN_PAGE, Manner.BUSY, Manner.REDIRECT, Manner.MIX_UP])
async def test_A8_a_look_up_without_an_answer_never_means_not_found(
    server: FinanceServer, finance: HttpFinance, manner: Manner
) -> None:
    server.book.plan(manner)
    assert (await finance.look_up(ORDER.key)).outcome is PaymentOutcome.UNKNOWN


async def test_a_wrong_token_decides_nothing_about_the_payment(server: FinanceServer) -> None:
    async with HttpFinance(server.url, "an old token", timeout_seconds=SHORT) as finance:
        assert (await finance.pay(ORDER)).outcome is PaymentOutcome.UNKNOWN
        assert (await finance.look_up(ORDER.key)).outcome is PaymentOutcome.UNKNOWN


async def test_a_404_of_somebody_else_is_not_the_finance_systems(server: FinanceServer) -> None:
    """A wrong path: the web server says 404, but nobody has looked for the key."""
    async with HttpFinance(f"{server.url}/moved", TOKEN, timeout_seconds=SHORT) as finance:
        assert (await finance.look_up(ORDER.key)).outcome is PaymentOutcome.UNKNOWN
        assert (await finance.pay(ORDER)).outcome is PaymentOutcome.UNKNOWN


async def test_a_finance_system_that_is_down_is_unknown(server: FinanceServer, finance: HttpFinance) -> None:
    nobody = httpx.URL(server.url).copy_with(port=1)
    async with HttpFinance(str(nobody), TOKEN, timeout_seconds=SHORT) as finance:
        assert (await finance.pay(ORDER)).outcome is PaymentOutcome.UNKNOWN


async def test_a_reference_with_odd_characters_is_found_again(server: FinanceServer, finance: HttpFinance) -> None:
    key = payment_key("A/1 %2F?#Å", "2026/27", "autumn")
    odd = PaymentOrder(key, "100001", "A/1 %2F?#Å", "2026/27", "autumn", 50_000)
    await finance.pay(odd)
    assert (await finance.look_up(key)).outcome is PaymentOutcome.ACCEPTED


async def test_no_case_reference_reaches_the_logs(finance: HttpFinance, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await finance.look_up(ORDER.key)
    ours = [record for record in caplog.records if record.name.startswith(("httpx", "httpcore", "activities"))]
    assert ours == []

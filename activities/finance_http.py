"""A finance system behind HTTP. Its contract is docs/finance-interface.md."""

import asyncio
import logging
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from activities.finance import PaymentAnswer, PaymentDiffers, PaymentOrder, PaymentOutcome
from casework.payment_rows import CURRENCY

_REFERENCE_LENGTH = 64
_UNKNOWN = PaymentAnswer(PaymentOutcome.UNKNOWN)

# Below this level they write every address they ask for, and the address of a payment holds the case reference.
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)


class HttpFinance:
    """A FinanceSystem that is asked over HTTP. It sends each request once: whoever does not know, looks up.

    An answer is believed only if it repeats the key: a proxy's error page decides nothing about money. Proxies named in
    the environment are not used, so that the token goes nowhere but to `url`.
    """

    def __init__(self, url: str, token: str, *, timeout_seconds: float = 20.0) -> None:
        self._seconds = timeout_seconds
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(timeout_seconds, connect=min(5.0, timeout_seconds)),
            follow_redirects=False,
            trust_env=False,
        )

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        """`POST payments`. Raises PaymentDiffers on the answer `differs`."""
        body = {
            "key": payment.key,
            "school_urn": payment.school_urn,
            "case_ref": payment.case_ref,
            "academic_year": payment.academic_year,
            "term": payment.term,
            "pence": payment.pence,
            "currency": CURRENCY,
        }
        request = self._client.build_request("POST", "payments", json=body, headers={"Idempotency-Key": payment.key})
        response = await self._ask(request)
        return _UNKNOWN if response is None else _answer_to_payment(response, payment)

    async def look_up(self, key: str) -> PaymentAnswer:
        """`GET payments/<key>`."""
        response = await self._ask(self._client.build_request("GET", f"payments/{quote(key, safe='')}"))
        return _UNKNOWN if response is None else _answer_to_look_up(response, key)

    async def _ask(self, request: httpx.Request) -> httpx.Response | None:
        """None where no whole answer came in time; the request may have had its effect all the same."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._client.send(request)
        except (httpx.HTTPError, TimeoutError):
            return None

    async def close(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _answer_to_payment(response: httpx.Response, payment: PaymentOrder) -> PaymentAnswer:
    body = _body_about(payment.key, response)
    match body.get("state"):
        case "accepted" if response.is_success and body.get("pence") == payment.pence:
            return PaymentAnswer(PaymentOutcome.ACCEPTED, _reference(body), payment.pence)
        case "refused" if response.is_client_error:
            return PaymentAnswer(PaymentOutcome.REFUSED, _reference(body))
        case "differs" if response.status_code == httpx.codes.CONFLICT:
            raise PaymentDiffers
    return _UNKNOWN


def _answer_to_look_up(response: httpx.Response, key: str) -> PaymentAnswer:
    body = _body_about(key, response)
    pence = body.get("pence")
    match body.get("state"):
        case "accepted" if response.is_success and type(pence) is int:
            return PaymentAnswer(PaymentOutcome.ACCEPTED, _reference(body), pence)
        case "refused" if response.is_success:
            return PaymentAnswer(PaymentOutcome.REFUSED, _reference(body))
        case "not_found" if response.status_code == httpx.codes.NOT_FOUND:
            return PaymentAnswer(PaymentOutcome.NOT_FOUND)
    return _UNKNOWN


def _body_about(key: str, response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer that speaks about this key; empty for anything else."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) and body.get("key") == key else {}


def _reference(body: dict[str, Any]) -> str | None:
    reference = body.get("reference")
    return reference if isinstance(reference, str) and 0 < len(reference) <= _REFERENCE_LENGTH else None

"""How an alert reaches somebody: by mail, and by a webhook. Neither needs PostgreSQL or Temporal."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Protocol

import httpx

from connecting import post_of
from contracts.alerts import Channel
from post.smtp import Outcome, Patience, SmtpPost
from settings import Settings
from watch.alert_words import Message

PATIENCE = Patience(opening=10.0, step=20.0, until_sent=60.0, last_reply=120.0)
_SECONDS = 10.0
"""For the webhook's whole answer."""
_POLICY = policy.SMTP.clone(max_line_length=200)
"""A subject stays on one line."""
SIGNATURE = "PEP-Signature"
"""The header with `sha256=` and the HMAC-SHA256 of the body, in hexadecimal, under the secret that both sides know."""

# Below this level they write the address that they post to, which is often a secret.
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)


class Way(Protocol):
    """One channel that is set up."""

    async def send(self, message: Message, now: datetime) -> bool:
        """Whether it was taken, or may have been. Never raises for trouble on the way."""
        ...


def ways_of(given: Settings) -> Mapping[Channel, Way]:
    """The channels that the settings name."""
    ways: dict[Channel, Way] = {}
    if given.alert_email:
        ways[Channel.MAIL] = ByMail(post_of(given, PATIENCE), given.mail_from, given.alert_email)
    if given.alert_webhook:
        secret = given.alert_webhook_secret
        ways[Channel.WEBHOOK] = ByWebhook(given.alert_webhook, secret.get_secret_value() if secret else None)
    return ways


class ByMail:
    """A plain text mail to one address."""

    def __init__(self, post: SmtpPost, sender: str, recipient: str) -> None:
        self._post, self._sender, self._recipient = post, sender, recipient

    async def send(self, message: Message, now: datetime) -> bool:
        mail = EmailMessage(_POLICY)
        mail["From"], mail["To"], mail["Subject"] = self._sender, self._recipient, message.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].partition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        sender, recipient = parseaddr(self._sender)[1], parseaddr(self._recipient)[1]
        outcome = (await self._post.deliver(sender, recipient, mail.as_bytes())).outcome
        return outcome in {Outcome.ACCEPTED, Outcome.MAYBE_ACCEPTED}


class ByWebhook:
    """A POST of JSON, signed where there is a secret.

    Redirects are not followed and no proxy of the environment is used: it goes where the settings say.
    """

    def __init__(self, url: str, secret: str | None) -> None:
        self._url, self._secret = url, secret

    async def send(self, message: Message, now: datetime) -> bool:
        body = json.dumps(message.payload, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Content-Type": "application/json"} | self._signature(body)
        try:
            async with (
                asyncio.timeout(_SECONDS),
                httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            ):
                return (await client.post(self._url, content=body, headers=headers)).is_success
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return False

    def _signature(self, body: bytes) -> dict[str, str]:
        if self._secret is None:
            return {}
        return {SIGNATURE: f"sha256={hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()}"}

"""Hands one letter to the mail server and says exactly what became of it.

The class of an aiosmtplib error cannot tell "refused before the message was sent" from "sent, reply lost", so the
client is driven step by step and the step decides. No name, no address and nothing that a server said leaves here.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from rules.addresses import is_address

MAIL_TROUBLE = (SMTPException, OSError, ValueError, RuntimeError)
"""What aiosmtplib, TLS and the resolver raise (a host name that cannot be encoded is a ValueError)."""

OURS_TO_MEND = frozenset({530, 534, 535, 538})
"""5xx that speak of our own credentials (RFC 4954): no letter is given up for a password that was changed."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
GOODBYE_SECONDS = 2.0
READY_FOR_THE_MESSAGE = 354

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class Outcome(StrEnum):
    """What became of one letter."""

    ACCEPTED = "accepted"
    """The server has taken responsibility for it (RFC 5321 section 6.1)."""
    REFUSED_FOR_GOOD = "refused_for_good"
    """5xx to this letter, or an address that cannot be one: a person must act."""
    TRY_AGAIN = "try_again"
    """Not taken, and may be later: an outage, 4xx, or a fault in our own settings."""
    MAYBE_ACCEPTED = "maybe_accepted"
    """The whole message was sent and the reply was lost: sending again may deliver it twice (RFC 1047)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """`smtp_code` is the server's reply code, None where no reply came. Never its text: that may repeat the address."""

    outcome: Outcome
    smtp_code: int | None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each step may take, in seconds. A short last one makes duplicates (RFC 5321, 4.5.3.2.6)."""

    opening: float = 20.0
    step: float = 60.0
    until_sent: float = 180.0
    """All steps together until the message has left, the opening with them."""
    last_reply: float = 600.0

    @property
    def longest(self) -> float:
        """How long one letter can take."""
        return self.until_sent + self.last_reply


class SmtpPost:
    """The way to one mail server. Safe to share: each `session` has a connection of its own.

    With `start_tls` nothing is sent to a server that does not offer TLS. `hello_as` is the name in EHLO, by default
    this machine's. Raises ValueError at once for a password that would cross the network in the clear.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str | None = None,
        password: str | None = None,
        start_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        patience: Patience | None = None,
        hello_as: str | None = None,
    ) -> None:
        if user and not start_tls and host not in LOOPBACK:
            raise ValueError("A mail password is only sent over TLS: switch STARTTLS on, or leave out the mail user.")
        self.patience = patience or Patience()
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._start_tls, self._tls = start_tls, tls
        self._hello_as = "localhost" if hello_as is None and host in LOOPBACK else hello_as

    async def deliver(self, sender: str, recipient: str, message: bytes) -> Delivery:
        """Hands over one letter on a connection of its own. Never raises for mail trouble; only cancellation passes."""
        async with self.session() as session:
            return await session.deliver(sender, recipient, message)

    @asynccontextmanager
    async def session(self) -> AsyncIterator["SmtpSession"]:
        """One connection for several letters, one after the other. Connects with the first and when it must."""
        session = SmtpSession(self)
        try:
            yield session
            await session.say_goodbye()
        finally:
            session.hang_up()

    async def new_client(self) -> SMTP:
        """A client that is not connected yet, with this server's settings."""
        if self._hello_as is None:  # asked once: it may mean a slow look-up in the DNS
            self._hello_as = await asyncio.to_thread(socket.getfqdn)
        return SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user or None,
            password=self._password or None,
            start_tls=self._start_tls,
            tls_context=self._tls,
            local_hostname=self._hello_as,
            timeout=self.patience.opening,
        )


class SmtpSession:
    """One connection, used for one letter at a time."""

    def __init__(self, post: SmtpPost) -> None:
        self._post = post
        self._client: SMTP | None = None

    async def deliver(self, sender: str, recipient: str, message: bytes) -> Delivery:
        """As `SmtpPost.deliver`, on this session's connection."""
        if not is_address(recipient):
            return Delivery(Outcome.REFUSED_FOR_GOOD, None)
        if not is_address(sender):
            return Delivery(Outcome.TRY_AGAIN, None)
        try:
            return await self._deliver(sender, recipient, message)
        except BaseException:  # cancelled: the server may be in the middle of a message
            self.hang_up()
            raise

    async def _deliver(self, sender: str, recipient: str, message: bytes) -> Delivery:
        try:
            async with asyncio.timeout(self._post.patience.until_sent):
                refusal = await self._until_sent(sender, recipient, message)
        except TimeoutError:  # it strikes while a reply is awaited, so before the message was written
            self.hang_up()
            return Delivery(Outcome.TRY_AGAIN, None)
        return refusal or await self._last_reply()

    async def _until_sent(self, sender: str, recipient: str, message: bytes) -> Delivery | None:
        """Everything before the last reply. None: the message has left."""
        step = self._post.patience.step
        try:
            client = await self._connected_client()
        except MAIL_TROUBLE as trouble:
            self.hang_up()
            return Delivery(Outcome.TRY_AGAIN, _code_of(trouble))
        try:
            await client.mail(sender, timeout=step)
            await client.rcpt(recipient, timeout=step)
            await self._send(client, message)
        except SMTPResponseException as refusal:
            return _refused(_code_of(refusal))
        except MAIL_TROUBLE:
            self.hang_up()
            return Delivery(Outcome.TRY_AGAIN, None)
        return None

    async def _connected_client(self) -> SMTP:
        """The open connection, or a new one: greeting, EHLO, STARTTLS and password belong to no letter."""
        if self._client is not None and await self._still_there(self._client):
            return self._client
        self.hang_up()
        self._client = await self._post.new_client()
        await self._client.connect()
        if self._client.is_ehlo_or_helo_needed:
            await self._client.ehlo()
        return self._client

    async def _still_there(self, client: SMTP) -> bool:
        """RSET clears what a refused letter left behind, and finds out whether the server has hung up in between."""
        try:
            await client.rset(timeout=self._post.patience.step)
        except MAIL_TROUBLE:
            return False
        return True

    async def _send(self, client: SMTP, message: bytes) -> None:
        """DATA and the message, without its reply. Raises as aiosmtplib does while the final dot is not written."""
        ready = await client.execute_command(b"DATA", timeout=self._post.patience.step)
        if ready.code != READY_FOR_THE_MESSAGE or client.protocol is None:
            raise SMTPResponseException(ready.code, "")
        client.protocol.write(_as_data(message))

    async def _last_reply(self) -> Delivery:
        """From here on silence is no refusal."""
        try:
            if self._client is None or self._client.protocol is None:
                return Delivery(Outcome.MAYBE_ACCEPTED, None)
            reply = await self._client.protocol.read_response(timeout=self._post.patience.last_reply)
        except MAIL_TROUBLE:  # timed out, hung up, or no SMTP reply at all
            self.hang_up()
            return Delivery(Outcome.MAYBE_ACCEPTED, None)
        if 200 <= reply.code < 300:
            return Delivery(Outcome.ACCEPTED, reply.code)
        if 400 <= reply.code < 600:
            return _refused(reply.code)
        self.hang_up()
        return Delivery(Outcome.MAYBE_ACCEPTED, reply.code)

    async def say_goodbye(self) -> None:
        if self._client is None or not self._client.is_connected:
            return
        try:
            await self._client.quit(timeout=min(GOODBYE_SECONDS, self._post.patience.step))
        except MAIL_TROUBLE:
            self.hang_up()

    def hang_up(self) -> None:
        """Cuts the connection at once: a polite close would go on sending a message that was given up."""
        client, self._client = self._client, None
        if client is None:
            return
        transport = client.transport
        client.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()


def _refused(code: int | None) -> Delivery:
    for_good = code is not None and 500 <= code < 600 and code not in OURS_TO_MEND
    return Delivery(Outcome.REFUSED_FOR_GOOD if for_good else Outcome.TRY_AGAIN, code)


def _code_of(trouble: Exception) -> int | None:
    """The reply code of a refusal; aiosmtplib uses -1 for a reply that is none."""
    code = getattr(trouble, "code", None)
    return code if isinstance(code, int) and 200 <= code < 600 else None


def _as_data(message: bytes) -> bytes:
    """The message as DATA wants it (RFC 5321 section 4.5.2): CRLF lines, leading dots doubled, the final dot."""
    lines = _LINE_END.sub(b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines) + b".\r\n"

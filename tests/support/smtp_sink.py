"""A mail server for tests, on a free loopback port, that keeps what it gets and misbehaves on request."""

import asyncio
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


class Manner(StrEnum):
    """How the sink treats one message. Those that `stored` names keep the message whatever the client is told."""

    ACCEPT = "accept"
    SLOW_BEFORE_DATA = "slow before data"
    SLOW_AFTER_DATA = "slow after data"
    DROP_AFTER_DATA = "drop after data"
    LATER_AFTER_DATA = "451 after data"
    REFUSE_AFTER_DATA = "554 after data"
    NO_SUCH_RECIPIENT = "550 at RCPT"
    RECIPIENT_LATER = "450 at RCPT"
    LATER_AT_MAIL = "451 at MAIL"
    CLOSING_AT_MAIL = "421 at MAIL"
    DROP_AT_MAIL = "drop at MAIL"

    @property
    def stored(self) -> bool:
        return self in {Manner.ACCEPT, Manner.SLOW_AFTER_DATA, Manner.DROP_AFTER_DATA}


AT_MAIL = {Manner.LATER_AT_MAIL: "451 try later", Manner.CLOSING_AT_MAIL: "421 closing"}
AT_RCPT = {Manner.NO_SUCH_RECIPIENT: "550 no such user", Manner.RECIPIENT_LATER: "450 mailbox busy"}
AT_DATA = {Manner.LATER_AFTER_DATA: "451 try later", Manner.REFUSE_AFTER_DATA: "554 not wanted"}


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class SmtpSink:
    """`async with SmtpSink() as sink`: mail to `sink.host`, `sink.port` ends in `sink.received`.

    `sink.plan(...)` says how the next messages are treated, one manner each; after that all are accepted. A slow manner
    waits until `sink.release` is set, or the sink ends. `go_down` refuses connections, `come_back` listens again on the
    same port. Keyword arguments go to aiosmtpd's SMTP, for instance `tls_context`.
    """

    def __init__(self, **smtp_options: Any) -> None:
        self.host = LOOPBACK
        self.port = 0
        self.received: list[Received] = []
        self.connections = 0
        self.release = asyncio.Event()
        self._plan: deque[Manner] = deque()
        self._options = smtp_options
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()
        self._news = asyncio.Condition()

    def plan(self, *manners: Manner) -> None:
        self._plan.extend(manners)

    async def has_received(self, messages: int) -> None:
        """Waits until so many messages have come in."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.received) >= messages)

    async def go_down(self) -> None:
        """Hangs up on everybody and refuses connections."""
        if self._server is not None:
            self._server.close()
        await self.hang_up_on_all()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    async def hang_up_on_all(self) -> None:
        connections = list(self._open)
        for connection in connections:
            connection.abort()
        await asyncio.gather(*(connection.end() for connection in connections))

    async def come_back(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._new_connection, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def __aenter__(self) -> "SmtpSink":
        await self.come_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        await self.go_down()

    def _new_connection(self) -> "_Connection":
        return _Connection(self, hostname="sink.invalid", loop=asyncio.get_running_loop(), **self._options)

    def opened(self, connection: "_Connection") -> None:
        self.connections += 1
        self._open.add(connection)

    def closed(self, connection: "_Connection") -> None:
        self._open.discard(connection)

    # What aiosmtpd calls, by its own names.

    async def handle_MAIL(
        self, server: "_Connection", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server.manner = self._plan.popleft() if self._plan else Manner.ACCEPT
        if server.manner is Manner.SLOW_BEFORE_DATA:
            await self.release.wait()
        if server.manner is Manner.DROP_AT_MAIL:
            await server.hang_up()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return AT_MAIL.get(server.manner, "250 OK")

    async def handle_RCPT(
        self, server: "_Connection", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = AT_RCPT.get(server.manner, "250 OK")
        if reply == "250 OK":
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: "_Connection", session: Session, envelope: Envelope) -> str:
        if server.manner.stored:
            content = cast(bytes, envelope.original_content)
            self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
            async with self._news:
                self._news.notify_all()
        if server.manner is Manner.SLOW_AFTER_DATA:
            await self.release.wait()
        if server.manner is Manner.DROP_AFTER_DATA:
            await server.hang_up()
        return AT_DATA.get(server.manner, "250 OK")


class _Connection(SMTP):
    """Tells the sink when it opens and closes, so that nothing is left when a test ends."""

    def __init__(self, sink: SmtpSink, **options: Any) -> None:
        super().__init__(sink, **options)
        self._sink = sink
        self.manner = Manner.ACCEPT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._sink.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._sink.closed(self)

    def abort(self) -> None:
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()

    async def end(self) -> None:
        """Waits for the task that talks to the client. A failed TLS handshake would leave it talking to nobody."""
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await asyncio.wait([self._handler_coroutine])

    async def hang_up(self) -> None:
        """Ends the connection and, with it, this handler."""
        self.abort()
        await asyncio.Event().wait()

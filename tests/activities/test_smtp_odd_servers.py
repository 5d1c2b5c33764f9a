"""Servers that aiosmtpd cannot play: odd greetings, malformed replies, STARTTLS and passwords."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from post.smtp import Delivery, Outcome, Patience, SmtpPost
from tests.support.smtp_sink import LOOPBACK, SmtpSink

SENDER, RECIPIENT = "pep@council.example", "dt.900000@school.example"
LETTER = b"Subject: case C001\r\n\r\nend\r\n"
HURRY = {"greeting": Patience(opening=0.2), "RCPT": Patience(step=0.2), "DATA": Patience(step=0.2)}
HURRY["."] = Patience(last_reply=0.2)
HANG_UP, SILENCE = "(hang up)", "(silence)"
USUAL = {
    "greeting": "220 hello",
    "EHLO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    ".": "250 ok",
}


class Scripted:
    """Answers each command from a list, and remembers what it heard."""

    def __init__(self, replies: dict[str, str]) -> None:
        self._replies = USUAL | replies
        self.heard: list[str] = []
        self._over = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        async with asyncio.TaskGroup() as talks:

            def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                talks.create_task(self._talk(reader, writer))

            server = await asyncio.start_server(talk, LOOPBACK, 0)
            yield server.sockets[0].getsockname()[1]
            self._over.set()
            server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            in_message, step = False, "greeting"
            while await self._answer(writer, step):
                step = ""
                while not step:
                    line = (await reader.readline()).decode().rstrip("\r\n")
                    if not line and reader.at_eof():
                        return
                    step = "." if in_message and line == "." else "" if in_message else line.split(" ")[0]
                self.heard.append(step)
                in_message = step == "DATA" and self._replies["DATA"].startswith("354")
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, writer: asyncio.StreamWriter, step: str) -> bool:
        """Whether the talk goes on."""
        reply = self._replies.get(step, "250 ok")
        if reply == HANG_UP:
            return False
        if reply == SILENCE:
            await self._over.wait()
            return False
        writer.write(f"{reply}\r\n".encode())
        return True


AGAIN, MAYBE, REFUSED = Outcome.TRY_AGAIN, Outcome.MAYBE_ACCEPTED, Outcome.REFUSED_FOR_GOOD
ODD = [
    # Before any letter is offered: no letter is given up for what ails the connection.
    ("greeting", "554 no service here", Delivery(AGAIN, 554)),
    ("greeting", "421 busy", Delivery(AGAIN, 421)),
    ("greeting", "HTTP/1.1 400 Bad Request", Delivery(AGAIN, None)),
    ("greeting", HANG_UP, Delivery(AGAIN, None)),
    ("greeting", SILENCE, Delivery(AGAIN, None)),
    ("EHLO", "550 who are you", Delivery(AGAIN, 550)),
    ("EHLO", HANG_UP, Delivery(AGAIN, None)),
    # The letter is offered, the message not yet sent.
    ("MAIL", "530 authentication required", Delivery(AGAIN, 530)),
    ("MAIL", "550 no", Delivery(REFUSED, 550)),
    ("MAIL", "not a reply", Delivery(AGAIN, None)),
    ("RCPT", SILENCE, Delivery(AGAIN, None)),
    ("RCPT", "551 user not local", Delivery(REFUSED, 551)),
    ("DATA", "451 later", Delivery(AGAIN, 451)),
    ("DATA", "554 no valid recipients", Delivery(REFUSED, 554)),
    ("DATA", "250 odd", Delivery(AGAIN, 250)),
    ("DATA", SILENCE, Delivery(AGAIN, None)),
    ("DATA", HANG_UP, Delivery(AGAIN, None)),
    # The message is sent: silence and nonsense are no refusal.
    (".", "452 disk full", Delivery(AGAIN, 452)),
    (".", "552 too big", Delivery(REFUSED, 552)),
    (".", "251 will forward", Delivery(Outcome.ACCEPTED, 251)),
    (".", "354 odd", Delivery(MAYBE, 354)),
    (".", "not a reply", Delivery(MAYBE, None)),
    (".", HANG_UP, Delivery(MAYBE, None)),
    (".", SILENCE, Delivery(MAYBE, None)),
]


@pytest.mark.parametrize(("step", "reply", "delivery"), ODD, ids=[f"{step} {reply}" for step, reply, _ in ODD])
async def test_the_step_decides_what_a_failure_means(step: str, reply: str, delivery: Delivery) -> None:
    server = Scripted({step: reply})
    patience = HURRY[step] if reply == SILENCE else None
    async with server.listening() as port:
        assert await SmtpPost(LOOPBACK, port, patience=patience).deliver(SENDER, RECIPIENT, LETTER) == delivery
    if delivery.outcome is MAYBE:
        assert "." in server.heard, "maybe accepted is only said when the final dot was sent"
    elif step != ".":
        assert "." not in server.heard, "a letter that is tried again was not sent"


def test_a_password_is_not_sent_over_the_network_in_the_clear() -> None:
    with pytest.raises(ValueError, match="only sent over TLS"):
        SmtpPost("mail.council.example", 25, user="pep", password="secret")


async def test_nothing_is_sent_to_a_server_without_tls_where_tls_is_asked_for() -> None:
    server = Scripted({})
    async with server.listening() as port:
        post = SmtpPost(LOOPBACK, port, user="pep", password="secret", start_tls=True)
        assert await post.deliver(SENDER, RECIPIENT, LETTER) == Delivery(AGAIN, None)
    assert server.heard == ["EHLO"]


async def test_a_letter_goes_over_tls_with_a_password(tmp_path: Path) -> None:
    theirs, ours = _tls_for_localhost(tmp_path)
    seen: list[bytes] = []

    def knows(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
        seen.append(getattr(data, "password", b""))
        return AuthResult(success=seen[-1] == b"right", handled=False)

    options = {"tls_context": theirs, "require_starttls": True, "authenticator": knows, "auth_required": True}
    async with SmtpSink(**options) as sink:
        right = SmtpPost("localhost", sink.port, user="pep", password="right", start_tls=True, tls=ours)
        assert await right.deliver(SENDER, RECIPIENT, LETTER) == Delivery(Outcome.ACCEPTED, 250)
        wrong = SmtpPost("localhost", sink.port, user="pep", password="wrong", start_tls=True, tls=ours)
        assert await wrong.deliver(SENDER, RECIPIENT, LETTER) == Delivery(AGAIN, 535)
        stranger = SmtpPost("localhost", sink.port, user="pep", password="right", start_tls=True)
        assert await stranger.deliver(SENDER, RECIPIENT, LETTER) == Delivery(AGAIN, None)
    assert (len(sink.received), set(seen)) == (1, {b"right", b"wrong"})


def _tls_for_localhost(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate made for this test: the server's context, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    both = folder / "localhost.pem"
    plain = serialization.NoEncryption()
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return server, ssl.create_default_context(cafile=str(both))

"""The mailbox takes every letter, keeps it over restarts, and shows what came without trusting any of it."""

import asyncio
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from local import ports
from local.mail_folder import MailFolder, parse
from local.mail_pages import list_page, message_page
from tests.local.processes import ROOT


class Mailbox:
    def __init__(self, smtp_port: int, http_port: int) -> None:
        self.smtp_port, self._home = smtp_port, f"http://127.0.0.1:{http_port}"

    async def get(self, path: str, *, host: str = "127.0.0.1", form: dict[str, str] | None = None) -> tuple[str, str]:
        """A page and its content security policy."""
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self._home + path, body, {"Host": host})  # noqa: S310 - http to ourselves
        return await asyncio.to_thread(_open, request)

    async def send(self, message: EmailMessage) -> None:
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.smtp_port, start_tls=False)


def _open(request: urllib.request.Request) -> tuple[str, str]:
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - http to ourselves
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


@asynccontextmanager
async def mailbox(folder: Path) -> AsyncIterator[Mailbox]:
    running = Mailbox(ports.free_port(), ports.free_port())
    command = ["--smtp-port", str(running.smtp_port), "--http-port", running._home.rpartition(":")[2]]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local.mailbox", *command, "--folder", str(folder)), cwd=ROOT
    )
    try:
        async with asyncio.timeout(15):
            while not await ports.listens(running.smtp_port):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        yield running
    finally:
        process.terminate()
        assert await process.wait() == 0


@pytest.fixture(scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mailbox]:
    """A mailbox in which one letter is."""
    async with mailbox(tmp_path_factory.mktemp("mail")) as running:
        await running.send(letter())
        yield running


def letter(subject: str = "The meeting is on Tuesday") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "pep@virtual-school.example", "Dana <dana@school.example>"
    message["Subject"], message["Date"] = subject, "Wed, 14 Oct 2026 08:00:00 +0100"
    message.set_content("Sign in: http://127.0.0.1:8700/sign-in?a=1&b=2.\n<b>not bold</b>\n")
    message.add_alternative("<p>Sign in <script>alert(1)</script></p>", subtype="html")
    message.add_attachment("BEGIN:VCALENDAR\nSEQUENCE:2\n", subtype="calendar", filename="meeting.ics")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="pdf", filename="plan.pdf")
    return message


async def test_a_letter_is_shown_whole_and_survives_a_restart(tmp_path: Path) -> None:
    async with mailbox(tmp_path) as box:
        await box.send(letter())
    async with mailbox(tmp_path) as box:
        listed, _ = await box.get("/")
        assert "1 letter, the newest first" in listed
        assert "Dana &lt;dana@school.example&gt;" in listed
        page, policy = await box.get("/mail/1")
        assert '<a href="http://127.0.0.1:8700/sign-in?a=1&amp;b=2" rel="noreferrer">' in page
        assert "&lt;b&gt;not bold&lt;/b&gt;" in page
        assert "meeting.ics</h2><pre>BEGIN:VCALENDAR\nSEQUENCE:2" in page
        assert "plan.pdf</h2><p>application/pdf, not shown." in page
        assert "<script>" not in page
        assert "default-src 'none'" in policy
        source, _ = await box.get("/mail/1/source")
        assert source.startswith("X-Envelope-To: dana@school.example\r\n")


async def test_the_html_of_a_letter_may_do_nothing(box: Mailbox) -> None:
    page, _ = await box.get("/mail/1")
    assert '<iframe sandbox src="/mail/1/html"' in page
    html, policy = await box.get("/mail/1/html")
    assert "<script>" in html, "as its sender wrote it"
    assert policy.startswith("sandbox; default-src 'none'")


async def test_letters_are_found_without_a_name_in_an_address(box: Mailbox) -> None:
    await box.send(letter("A visit <moved>"))
    await box.send(letter("Thank you"))
    found, _ = await box.get("/", form={"q": "VISIT"})
    assert "A visit &lt;moved&gt;" in found
    assert "Thank you" not in found
    everything, _ = await box.get("/")
    assert everything.index("Thank you") < everything.index("A visit"), "the newest first"


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/", "evil.example", 403), ("/mail/99", "localhost", 404), ("/x", "127.0.0.1", 404)]
)
async def test_who_asks_under_another_name_or_for_nothing_gets_nothing(
    box: Mailbox, path: str, host: str, status: int
) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        await box.get(path, host=host)
    assert refused.value.code == status
    refused.value.close()


def test_only_the_newest_letters_are_kept(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, kept=3)
    for number in range(1, 6):
        folder.store(["a@b.example"], letter(f"Letter {number}").as_bytes())
    assert [entry.subject for entry in folder.entries()] == ["Letter 5", "Letter 4", "Letter 3"]
    assert folder.source(2) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000003.eml", "00000004.eml", "00000005.eml"]
    assert MailFolder(tmp_path, kept=3).store(["a@b.example"], b"Subject: next\r\n\r\n") == 6


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\xff\xfe\x00",
        b"To: @@@<<\r\nSubject: =?utf-9?q?x?=\r\n\r\n",
        b"Content-Type: text/plain; charset=x\r\n\r\n\xff",
    ],
)
def test_an_odd_letter_is_kept_and_shown_too(tmp_path: Path, odd: bytes) -> None:
    folder = MailFolder(tmp_path)
    number = folder.store(["a@b.example"], odd)
    source = folder.source(number)
    assert source is not None
    assert "</html>" in message_page(number, parse(source))
    assert "1 letter" in list_page(folder.entries(), "", 0)

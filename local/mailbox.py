"""The mailbox of `./pep up`: takes every letter by SMTP, keeps it in a folder and shows it on a page. Loopback only.

python -m local.mailbox --smtp-port 8702 --http-port 8701 --folder .pep-data/mail
"""

import argparse
import asyncio
import re
import signal
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import parse_qs

from aiosmtpd.smtp import SMTP, Envelope, Session

from local import mail_pages
from local.mail_folder import MailFolder, parse
from local.ports import LOOPBACK

_MAIL = re.compile(r"/mail/(\d{1,12})(/html|/source)?")
_HERE = {"127.0.0.1", "localhost"}
_LONGEST_FORM = 10_000
_STOP_GLANCE = 0.05
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'"
_LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


class Postbox:
    """What aiosmtpd asks: takes every message for anybody."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        try:
            self._folder.store(envelope.rcpt_tos, content if isinstance(content, bytes) else (content or "").encode())
        except OSError:
            return "451 The mailbox's disk does not take the message"
        return "250 Kept"


class Pages(BaseHTTPRequestHandler):
    """`/` lists, `/mail/N` shows a letter, `/mail/N/html` its HTML in a sandbox, `/mail/N/source` all of it as text."""

    folder: MailFolder

    def do_GET(self) -> None:
        if self._is_foreign():
            return None
        if self.path == "/":
            return self._list({})
        if self.path == "/style.css":
            return self._answer(HTTPStatus.OK, "text/css", mail_pages.STYLE)
        mail = _MAIL.fullmatch(self.path)
        source = self.folder.source(int(mail[1])) if mail else None
        if mail is None or source is None:
            return self._missing()
        return self._show(int(mail[1]), mail[2], source)

    def do_POST(self) -> None:
        """A search. Not in the address, where a person's name would stay in the browser's history."""
        length = self.headers.get("Content-Length", "")
        if self._is_foreign():
            return
        if self.path != "/" or not length.isdecimal() or int(length) > _LONGEST_FORM:
            self._missing()
        else:
            self._list(parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace")))

    def _is_foreign(self) -> bool:
        """Refuse what was asked for under another name: a page elsewhere could make its name point here and read on."""
        if self.headers.get("Host", "").partition(":")[0] in _HERE:
            return False
        self._answer(HTTPStatus.FORBIDDEN, "text/plain", "Ask for 127.0.0.1.")
        return True

    def _list(self, query: dict[str, list[str]]) -> None:
        search, first = query.get("q", [""])[0], query.get("from", ["0"])[0]
        entries = self.folder.entries(search)
        page = mail_pages.list_page(entries, search, int(first) if first.isdecimal() else 0)
        self._answer(HTTPStatus.OK, "text/html", page)

    def _show(self, number: int, view: str | None, source: bytes) -> None:
        if view == "/source":
            return self._answer(HTTPStatus.OK, "text/plain", source.decode("utf-8", "replace"))
        message = parse(source)
        if view is None:
            return self._answer(HTTPStatus.OK, "text/html", mail_pages.message_page(number, message))
        letter = mail_pages.html_of(message)
        if letter is None:
            return self._missing()
        return self._answer(HTTPStatus.OK, "text/html", letter, _LETTER_POLICY)

    def _missing(self) -> None:
        page = mail_pages.page("There is no such letter", '<p><a href="/">All letters</a></p>')
        self._answer(HTTPStatus.NOT_FOUND, "text/html", page)

    def _answer(self, status: HTTPStatus, kind: str, text: str, policy: str = _PAGE_POLICY) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: who reads which letter is of no interest."""


class PageServer(ThreadingHTTPServer):
    """Listens without looking its own name up, which can take seconds where name servers are slow."""

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]


async def serve(folder: MailFolder, *, smtp_port: int, http_port: int) -> None:
    """Take and show letters until SIGTERM or SIGINT."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    postbox = Postbox(folder)
    smtp = await loop.create_server(lambda: _session(postbox), LOOPBACK, smtp_port)
    pages = PageServer((LOOPBACK, http_port), type("PagesOfFolder", (Pages,), {"folder": folder}))
    threading.Thread(target=pages.serve_forever, args=(_STOP_GLANCE,), daemon=True).start()
    await stopped.wait()
    smtp.close()
    pages.shutdown()
    pages.server_close()


def _session(postbox: Postbox) -> SMTP:
    return SMTP(postbox, hostname="localhost", ident="PEP mailbox", enable_SMTPUTF8=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="A mailbox that keeps every letter on this machine.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(MailFolder(options.folder), smtp_port=options.smtp_port, http_port=options.http_port))


if __name__ == "__main__":
    main()

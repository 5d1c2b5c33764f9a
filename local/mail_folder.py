"""The folder in which the mailbox keeps letters: one `.eml` file each, numbered as they came, the oldest go first."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

KEPT = 2_000
"""Messages. When more have come, the oldest go."""


@dataclass(frozen=True)
class Entry:
    """A message as the list shows it. The texts are as the sender wrote them: escape them before they meet HTML."""

    number: int
    to: str
    subject: str
    sent: str


class MailFolder:
    """Messages in the order in which they came. Safe to use from several threads."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self._folder, self._kept = folder, kept
        self._guard = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        numbers = sorted(int(path.stem) for path in folder.glob("*.eml") if path.stem.isdecimal())
        self._entries = {number: self._entry(number) for number in numbers}

    def store(self, recipients: Sequence[str], content: bytes) -> int:
        """Keep a message. Its number; raises OSError when the disk does not take it."""
        with self._guard:
            number = max(self._entries, default=0) + 1
            unfinished = self._folder / "arriving"
            unfinished.write_bytes(b"X-Envelope-To: " + ", ".join(recipients).encode() + b"\r\n" + content)
            unfinished.replace(self._path(number))
            self._entries[number] = self._entry(number)
            while len(self._entries) > self._kept:
                oldest = next(iter(self._entries))
                del self._entries[oldest]
                self._path(oldest).unlink(missing_ok=True)
            return number

    def entries(self, search: str = "") -> list[Entry]:
        """The newest first; with `search`, those whose recipient or subject holds it."""
        wanted = search.casefold()
        with self._guard:
            entries = list(self._entries.values())
        return [entry for entry in reversed(entries) if wanted in f"{entry.to}\n{entry.subject}".casefold()]

    def source(self, number: int) -> bytes | None:
        """A message as it came, or None if there is no such one (any more)."""
        try:
            return self._path(number).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.eml"

    def _entry(self, number: int) -> Entry:
        with self._path(number).open("rb") as file:
            message = BytesHeaderParser(policy=policy.default).parse(file)
        return Entry(
            number,
            header(message, "To") or header(message, "X-Envelope-To"),
            header(message, "Subject"),
            header(message, "Date"),
        )


def parse(source: bytes) -> EmailMessage:
    """A message, however odd."""
    return BytesParser(policy=policy.default).parsebytes(source)


def header(message: Message, name: str) -> str:
    """A header's text, or a remark when nobody can read it: the parser raises all sorts of errors on broken ones."""
    try:
        return str(message[name] or "")
    except Exception:
        return "(unreadable)"


def text_of(part: EmailMessage) -> str:
    """The text of a part, whatever its encoding claims to be."""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except Exception:
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""

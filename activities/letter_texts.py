"""Writes one letter: the words of its kind as plain text and as an HTML page, and the calendar invitation.

The same facts give the same bytes, so that a second attempt sends the very same message. A letter names nobody: it says
what is asked, of whom, by when and why, what is missing, and where to sign in.
"""

import textwrap
from dataclasses import dataclass
from datetime import UTC, date
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities.letter_facts import PARTS, Invited, LetterFacts, MeetingChange, pounds
from contracts.clock import in_words
from contracts.people import Role, named

TEXT_WIDTH = 74
WITHOUT_AN_ACCOUNT = frozenset({Role.CARER, Role.YOUNG_PERSON, *Invited})
"""These may not be able to sign in: the letter says who else to ask."""
YOURSELF: dict[str, str] = {
    Role.PASTORAL: "a member of the pastoral staff",
    Invited.PARENT: "a parent",
    Invited.PROFESSIONAL: "a professional",
    Invited.RECEIVING_SETTING: "the receiving school or college",
}
"""How the sentence "as ..., please ..." calls its reader, where the name of the role does not read well."""

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


class _Headers(HeaderRegistry):
    """The library's registry, which makes a class for every header that it meets; here, for every name of one."""

    @cache  # noqa: B019 - there is one registry, and a letter has a dozen headers
    def __getitem__(self, name: str) -> type[Any]:
        return super().__getitem__(name)


_POLICY = SMTP.clone(header_factory=_Headers())


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says, before it is laid out as text or HTML."""

    subject: str
    headline: str
    """The subject without the case."""
    opening: str
    """The first sentence: what is asked, of whom, by when and why."""
    more: tuple[str, ...]
    """Further paragraphs."""
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """What is missing: a heading and its lines, for each party."""
    button: str
    ask: str
    why: str


def compose(facts: LetterFacts) -> EmailMessage:
    """The letter as a MIME message; its `as_bytes()` is what is sent."""
    words = words_of(facts)
    layout = {"words": words, "facts": facts}
    message = EmailMessage(policy=_POLICY)
    _put_headers(message, facts, words.subject)
    _put_text(message, _templates.get_template("letter.txt").render(layout))
    html = _templates.get_template("letter.html").render(layout)
    message.add_alternative(html, subtype="html", cte=_encoding(html))
    if facts.invitation is not None:
        _put_invitation(message, facts.invitation)
    message["Content-Language"] = "en-GB"
    _fix_boundaries(message, facts.message_id)
    return message


def words_of(facts: LetterFacts) -> Words:
    """The words of this kind of letter for this recipient."""
    meant_for = facts.stands_in_for or facts.role
    kind = _templates.get_template(f"kinds/{facts.kind}.txt").make_module(_context(facts, meant_for))
    footer = _templates.get_template("footer.txt").make_module(_context(facts, facts.role))
    paragraphs = [_line(kind, "opening"), *_paragraphs(kind, "more")]
    if facts.stands_in_for is not None:
        paragraphs.insert(0, _line(footer, "pass_on"))
    headline = _line(kind, "subject")
    subject = f"{headline} (case {facts.case_reference})"
    return Words(
        subject=f"[Demonstration] {subject}" if facts.is_demonstration else subject,
        headline=headline,
        opening=paragraphs[0],
        more=tuple(paragraphs[1:]),
        lists=_lists(facts, _line(kind, "heading") or "Still missing from"),
        button=_line(kind, "button") or "Sign in and open the case",
        ask=_line(footer, "ask"),
        why=_line(footer, "why"),
    )


def _context(facts: LetterFacts, role: str) -> dict[str, Any]:
    """What the templates may use, in a letter that speaks to `role`."""
    late = facts.late_roles
    return {
        "facts": facts,
        "case": f"case {facts.case_reference}",
        "term": facts.term,
        "role": str(role),
        "me": _in_words(role),
        "meant_for": _in_words(facts.stands_in_for or role),
        "due": facts.due,
        "dates": facts.dates,
        "mine": role in late,
        "parts": [owed.part for owed in facts.missing if owed.role == role],
        "signing": bool(late) and all(owed.part == "signature" for owed in facts.missing),
        "late": named(late) if late else "",
        "has": "has" if len(late) == 1 else "have",
        "has_account": role not in WITHOUT_AN_ACCOUNT,
        "sum": pounds(facts.pence) if facts.pence is not None else "",
    }


def _in_words(role: str) -> str:
    return YOURSELF.get(role) or f"the {Role(role).in_words}"


def _lists(facts: LetterFacts, heading: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (
            f"{heading} {'you' if role == facts.role else named([role])}:",
            tuple(PARTS[owed.part] for owed in facts.missing if owed.role == role),
        )
        for role in facts.late_roles
    )


def _raw(module: object, name: str) -> str:
    return str(getattr(module, name, ""))


def _line(module: object, name: str) -> str:
    """A block of a template as one line."""
    return " ".join(_raw(module, name).split())


def _paragraphs(module: object, name: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in _raw(module, name).split("\n\n") if paragraph.strip()]


def _put_headers(message: EmailMessage, facts: LetterFacts, subject: str) -> None:
    message["From"] = Address(f"{facts.authority_name} Virtual School", addr_spec=facts.sender)
    message["To"] = Address(addr_spec=facts.recipient)
    message["Subject"] = subject
    message["Date"] = facts.dated.astimezone(UTC)
    message["Message-ID"] = facts.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers a reminder
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange


def _put_text(message: EmailMessage, text: str) -> None:
    message.set_content(text, cte=_encoding(text))


def _encoding(text: str) -> str:
    """Readable as it stands where it can be; never 8 bits, which a relay might recode."""
    return "7bit" if text.isascii() else "quoted-printable"


def _put_invitation(message: EmailMessage, invitation: bytes) -> None:
    """As a third alternative, which calendars act on, and as a file for programs that show only attachments."""
    cancelled = b"\r\nMETHOD:CANCEL\r\n" in invitation
    method = {"method": "CANCEL" if cancelled else "REQUEST"}
    calendar = invitation.decode("utf-8")
    message.add_alternative(calendar, subtype="calendar", params=method, cte=_encoding(calendar))
    message.add_attachment(invitation, maintype="application", subtype="ics", filename="invitation.ics")


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    digest = sha256(message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"pep-{number}-{digest}")


def _wrapped(paragraph: str, first: str = "", rest: str = "") -> str:
    """A paragraph in lines; a link or a reference is never broken."""
    return textwrap.fill(
        paragraph,
        TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _short(day: date) -> str:
    """`14 October 2026`, for subjects."""
    return f"{day.day} {day:%B %Y}"


_templates.filters.update(day=in_words, short=_short, wrapped=_wrapped)
_templates.globals.update(MOVED=MeetingChange.MOVED, CANCELLED=MeetingChange.CANCELLED)

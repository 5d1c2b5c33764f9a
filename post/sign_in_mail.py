"""The mail with a sign-in code: short, without a link, without a name.

There is no link on purpose: mail scanners open links, and a code is typed into the browser that asked for it.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_SUBJECT = "Your sign-in code"
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@dataclass(frozen=True, slots=True)
class SignInCode:
    """What the mail says, and to whom."""

    code: str
    minutes: int
    """How long it holds."""
    sender: str
    recipient: str
    """Bare addresses."""
    authority_name: str | None
    is_demonstration: bool
    dated: datetime


def compose(facts: SignInCode) -> EmailMessage:
    """The mail as a MIME message; its `as_bytes()` is what is sent.

    The code is not in the subject, which telephones show on locked screens.
    """
    message = EmailMessage(policy=SMTP)
    owner = f"{facts.authority_name} Virtual School" if facts.authority_name else "Personal Education Plans"
    subject = f"[Demonstration] {_SUBJECT}" if facts.is_demonstration else _SUBJECT
    layout = {"facts": facts, "owner": owner, "subject": subject}
    message["From"] = Address(owner, addr_spec=facts.sender)
    message["To"] = Address(addr_spec=facts.recipient)
    message["Subject"] = subject
    message["Date"] = facts.dated.astimezone(UTC)
    message["Message-ID"] = f"<sign-in.{secrets.token_hex(16)}@{facts.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "en-GB"
    text, html = (_templates.get_template(f"sign_in_code.{kind}").render(layout) for kind in ("txt", "html"))
    message.set_content(text, cte=_encoding(text))
    message.add_alternative(html, subtype="html", cte=_encoding(html))
    return message


def _encoding(text: str) -> str:
    return "7bit" if text.isascii() else "quoted-printable"

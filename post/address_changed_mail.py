"""The mail to an address that was somebody's until it was corrected: fixed words, without a name and without a link."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

_SUBJECT = "The address of your account was changed"
_TEXT = """\
The address of your account was changed by the Virtual School;
if you did not expect it, tell them.
"""
_DEMONSTRATION = "THIS IS A DEMONSTRATION. No real child is concerned and nothing needs to\nbe done.\n\n"


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """What the mail is made of. `number` is the repair's: tried again it is the same mail."""

    number: int
    sender: str
    recipient: str
    """Bare addresses."""
    authority_name: str | None
    is_demonstration: bool
    dated: datetime


def compose(facts: AddressChanged) -> EmailMessage:
    """The mail as a MIME message; its `as_bytes()` is what is sent."""
    message = EmailMessage(policy=SMTP)
    owner = f"{facts.authority_name} Virtual School" if facts.authority_name else "Personal Education Plans"
    message["From"] = Address(owner, addr_spec=facts.sender)
    message["To"] = Address(addr_spec=facts.recipient)
    message["Subject"] = f"[Demonstration] {_SUBJECT}" if facts.is_demonstration else _SUBJECT
    message["Date"] = facts.dated.astimezone(UTC)
    message["Message-ID"] = f"<address-changed.{facts.number}@{facts.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "en-GB"
    message.set_content(f"{_DEMONSTRATION if facts.is_demonstration else ''}{_TEXT}", cte="7bit")
    return message

"""Reads the reports that mail servers send about letters that they could not deliver (RFC 3464).

What comes in is written by strangers: it may be cut off, of no known form or made to do harm. Nothing here raises, and
nothing that a report says leaves here but the ids of messages and one code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser, HeaderParser

MOST_BYTES = 1 << 20
"""A report is read this far. What it returns of the letter comes last, and its headers are enough."""
_MOST_IDS = 20
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_NAMES_THE_LETTER = ("Original-Message-ID", "X-Original-Message-ID")
_ANSWERS = ("In-Reply-To", "References")
_TAKEN_ON = frozenset({"delivered", "relayed", "expanded"})
"""Somebody got it, or another server answers for it now (RFC 3464, 2.3.3)."""
ADDRESS_UNKNOWN, MAILBOX_FULL, NOT_DELIVERED = 550, 552, 554
_CODES = {("1", None): ADDRESS_UNKNOWN, ("2", "1"): ADDRESS_UNKNOWN, ("2", "2"): MAILBOX_FULL}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter came back for good. `message_ids` are those that it may have had, the likeliest first."""

    message_ids: tuple[str, ...]
    smtp_code: int
    """What a mail server would have answered at once: 550 no such address, 552 mailbox full, 554 anything else."""


def read_report(raw: bytes) -> Bounce | None:
    """What a report says of a letter that will not arrive; None for a delay, a success and whatever is no report.

    "Failed" is what counts, not the code: a server that gives up after days says so with a 4.
    """
    try:
        return _read(raw[:MOST_BYTES])
    except Exception:  # whatever a stranger has made of it: it is no report that we can read
        return None


def _read(raw: bytes) -> Bounce | None:
    whole = BytesParser(policy=policy.compat32).parsebytes(raw)
    parts = list(whole.walk())
    blocks = [block for part in parts if part.get_content_type() in _DELIVERY_STATUS for block in _blocks(part)]
    actions = {_word(block["Action"]) for block in blocks if "Action" in block}
    if "failed" not in actions or actions & _TAKEN_ON:
        return None
    ids = tuple(dict.fromkeys(_ids(whole, parts, blocks)))[:_MOST_IDS]
    return Bounce(ids, _code(blocks)) if ids else None


def _blocks(part: Message) -> Iterator[Message]:
    """The fields about the message, then those about each reader. The parser knows one of the two types only."""
    for inner in _inside(part):
        yield inner
        rest = inner.get_payload()
        if isinstance(rest, str):
            yield from (HeaderParser().parsestr(text) for text in re.split(r"\r?\n\r?\n", rest) if text.strip())


def _ids(whole: Message, parts: list[Message], blocks: list[Message]) -> Iterator[str]:
    """Of the letter that comes back, from the surest place to the least sure."""
    for returned in (part for part in parts if part.get_content_type() in _RETURNED):
        for letter in _inside(returned) or [HeaderParser().parsestr(str(returned.get_payload()))]:
            yield from _found(letter, "Message-ID")
    for block in (*blocks, whole):
        for name in _NAMES_THE_LETTER:
            yield from _found(block, name)
    for name in _ANSWERS:
        yield from _found(whole, name)


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _found(message: Message, name: str) -> list[str]:
    return [found for value in message.get_all(name, []) for found in _MESSAGE_ID.findall(str(value))]


def _code(blocks: list[Message]) -> int:
    failed = (block for block in blocks if _word(block.get("Action", "")) == "failed")
    for status in (_STATUS.search(str(block.get("Status", ""))) for block in failed):
        if status:
            _, subject, detail = status.groups()
            return _CODES.get((subject, detail)) or _CODES.get((subject, None)) or NOT_DELIVERED
    return NOT_DELIVERED


def _word(value: object) -> str:
    """`failed` of `Failed (mailbox unknown)`."""
    return re.split(r"[^a-z]", str(value).strip().lower(), maxsplit=1)[0]

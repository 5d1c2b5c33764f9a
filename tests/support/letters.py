"""Letters for tests: facts that fit every kind, and what a reader gets."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from typing import Any

from activities.letter_facts import DUE, Invited, LetterFacts, Owed
from activities.letter_texts import compose
from contracts.people import Role

TEACHER, WORKER = Role.DESIGNATED_TEACHER, Role.SOCIAL_WORKER
LINK = "https://pep.northmoor.example/cases/C001"
KINDS = (
    "review_due", "arrange_meeting", "invitation", "before_meeting", "did_it_take_place", "completion_nudge",
    "completion_overdue", "escalation", "signature_asked", "sign_off_due", "returned", "grant_released",
    "concern_raised", "check_in", "funding_decided",
)  # fmt: skip
DATES = {
    "review_due": date(2026, 11, 12),
    "latest_safe_date": date(2026, 11, 27),
    "meeting": date(2026, 10, 14),
    "completion": date(2026, 10, 21),
    "signatures": date(2026, 10, 23),
    "amendment": date(2026, 11, 11),
    "virtual_school_sign_off": date(2026, 11, 4),
}
BEING_COMPLETED = ("completion_nudge", "completion_overdue", "escalation", "signature_asked")
GIVEN_TO = dict.fromkeys(BEING_COMPLETED, ("completion",))
"""Plans that were not returned and do not wait for the Virtual School."""
BOTH_OWE = (Owed("targets", TEACHER), Owed("about_child", WORKER), Owed("next_meeting", WORKER))
EVERY_LETTER = list(product(KINDS, [*Role, *Invited]))


def letter(kind: str, role: str = TEACHER, /, **facts: Any) -> LetterFacts:
    usual: dict[str, Any] = {
        "kind": kind,
        "role": role,
        "case_reference": "C001",
        "term": "autumn term 2026/27",
        "dates": {name: DATES[name] for name in DUE[kind] if name in GIVEN_TO.get(kind, DUE[kind])},
        "level": 1 if kind == "escalation" else None,
        "pence": 50_000 if kind in {"grant_released", "funding_decided"} else None,
        "agreed": True if kind == "funding_decided" else None,
        "message_id": "<letter-17@pep.northmoor.example>",
        "dated": datetime(2026, 10, 22, 7, 0, tzinfo=UTC),
        "sender": "pep@northmoor.example",
        "recipient": "somebody@school.example",
        "sign_in_link": LINK,
        "authority_name": "Northmoor",
    }
    return LetterFacts(**(usual | facts))


def sent(facts: LetterFacts) -> EmailMessage:
    return message_from_bytes(compose(facts).as_bytes(), policy=policy.default)


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def flat(text: str) -> str:
    return " ".join(text.split())

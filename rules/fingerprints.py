"""What makes two things that are stuck the same problem: the step, the kind of error, and its message without whatever
is particular to one case.
"""

import hashlib
import re

from contracts.problems import ProblemKind

_PARTICULARS = (
    (re.compile(r"https?://\S+"), "<address>"),
    (re.compile(r"[\w.+-]+@[\w.-]+"), "<address>"),
    (re.compile(r"\bpep-(?:review|cycle|funding)-\S+"), "<workflow>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", re.I), "<id>"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}(?:T[\d:.+Z-]+)?"), "<date>"),
    (re.compile(r"£\s?[\d,.]+"), "<sum>"),
    (re.compile(r"\b(?=\w*\d)\w{6,}\b"), "<id>"),
    (re.compile(r"\d+"), "<number>"),
)
"""In this order: an id is no number, a date no id."""
_LONGEST = 200


def normalised(message: str) -> str:
    """A message without addresses, ids, dates, sums and numbers, on one line: what many cases have in common."""
    text = " ".join(message.split())
    for pattern, instead in _PARTICULARS:
        text = pattern.sub(instead, text)
    return text[:_LONGEST]


def fingerprint(kind: ProblemKind, step: str, error_type: str, message: str) -> str:
    """The name of a problem: sixteen hexadecimal digits, the same for everything that fails in the same way."""
    parts = (kind.value, step, error_type, normalised(message))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

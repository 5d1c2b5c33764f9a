"""What was previewed, as one hash: whoever confirms or agrees names it, so that nobody agrees to another list."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.problems import RepairKind
from store.repairs import NewItem


def canonical(value: Any) -> bytes:
    """JSON in one way only: sorted keys, no blanks, UTF-8. For text, whole numbers, truth values, lists and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def frozen(kind: RepairKind, parameters: Mapping[str, Any], items: Sequence[NewItem]) -> str:
    """The SHA-256 in hexadecimal of what would be done: the kind, what else was given, every thing in its order."""
    things = [
        [item.subject, item.case_id, item.workflow_id, item.run_id, item.pence, dict(item.seen)] for item in items
    ]
    whole = {"kind": kind.value, "parameters": dict(parameters), "things": things}
    return hashlib.sha256(canonical(whole)).hexdigest()

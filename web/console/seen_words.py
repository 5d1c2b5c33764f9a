"""How a thing of a repair was at the preview, in a few words: `seen` of the record (repairs/stamps.py)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from contracts.clock import london_date
from rules.extending import DEADLINES
from web.look.words import shortday


def seen_in_words(seen: Mapping[str, Any]) -> str:
    """The old and the new date, the state of a letter or of a payment; nothing where there is no more to say."""
    if seen.get("there") is False:
        return "No longer there"
    if "to" in seen and "on" in seen:
        name = DEADLINES.get(str(seen.get("deadline")), "Deadline")
        return f"{name}: from {_day(seen['on'])} to {_day(seen['to'])}"
    if "to" in seen and "at" in seen:
        return f"Opens {_day(seen['to'])}, not {_day(seen['at'])}"
    if "held" in seen:
        return "Held now" if seen["held"] else "Not held now"
    for what in ("letter", "payment"):
        if what in seen:
            state = seen[what][0] if isinstance(seen[what], list) and seen[what] else seen[what]
            return f"{what.capitalize()}: {str(state).replace('_', ' ')}"
    return "No deadline runs" if "stage" in seen else ""


def _day(text: str) -> str:
    return shortday(london_date(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text))

"""What is looked for among the payments: read from an address and written into one. It is about no person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.calendar import TermName
from contracts.clock import end_of, start_of
from contracts.payments import MoneyState
from rules.financial_year import days_of
from store.ledger import LedgerFilter

_LONGEST = 100
_FIELDS = ("state", "school", "year", "financial", "term", "ref")


@dataclass(frozen=True, slots=True)
class Looked:
    """The filter, and its fields as the form shows them again. What somebody made up is not asked."""

    ledger: LedgerFilter
    fields: Mapping[str, str]

    def address(self, path: str = "/payments", **changed: str | int) -> str:
        """The address that looks for this, with some fields changed."""
        given = {name: value for name, value in {**self.fields, **changed}.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def looked_for(params: Mapping[str, str]) -> Looked:
    """The filter in an address."""
    given = {name: params.get(name, "").strip()[:_LONGEST].replace("\0", "") for name in _FIELDS}
    if given["state"] not in tuple(MoneyState):
        given["state"] = ""
    if given["term"] not in tuple(TermName):
        given["term"] = ""
    days = _days(given["financial"])
    if days is None:
        given["financial"] = ""
    asked: dict[str, Any] = {
        "state": MoneyState(given["state"]) if given["state"] else None,
        "school_urn": given["school"] or None,
        "academic_year": given["year"] or None,
        "term": given["term"] or None,
        "ref": given["ref"] or None,
        "days": (start_of(days[0]), end_of(days[1])) if days else None,
    }
    return Looked(LedgerFilter(**asked), given)


def _days(year: str) -> Any:
    try:
        return days_of(year)
    except (ValueError, OverflowError):
        return None

"""What is asked of the list, as its form and its address have it.

What was chosen from a list stands in the address. What was typed, and a team's name, may name somebody: they stand
there sealed, for nobody but the one who asked (web/cases/searched.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from contracts.figures import Area
from contracts.people import Role
from contracts.review import Stage
from rules.listing import as_searched
from starter.encryption import KeyRing
from store.listed import Due, Order, Waits, Wanted
from web.cases.searched import opened_fields, sealed_fields

NOT_OPENED = "none"
"""Stands for the stage of a child whose first review has not opened yet."""
SEALED = ("find", "school", "worker", "team")
CHOSEN = ("stage", "holder", "due", "from", "to", "year", "area", "waits", "sort")
_LONGEST = 100
_LONGEST_ADDRESS = 4000
_Chosen = TypeVar("_Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the form by their names, without those that are empty."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def narrows(self) -> bool:
        """Whether it is less than the whole list."""
        return any(name != "sort" for name in self.fields)

    def wanted(self) -> Wanted:
        """What the list is asked for. What no list knows is passed over."""
        order, stage = self.get("sort").removeprefix("-"), self.get("stage")
        return Wanted(
            words=tuple(as_searched(self.get("find")).split()),
            school=self.get("school"),
            worker=self.get("worker"),
            team=self.get("team"),
            stage=_one_of(Stage, stage),
            not_opened=stage == NOT_OPENED,
            holder=_one_of(Role, self.get("holder")),
            year_group=self.get("year"),
            due=_one_of(Due, self.get("due")),
            due_from=day_in(self.get("from")),
            due_to=day_in(self.get("to")),
            area=_one_of(Area, self.get("area")),
            waits=_one_of(Waits, self.get("waits")),
            order=_one_of(Order, order) or Order.DUE,
            descending=self.get("sort").startswith("-"),
        )

    def without(self, field: str) -> "Asked":
        """The same, but for this."""
        return Asked({name: text for name, text in self.fields.items() if name != field})

    def sorted_by(self, order: Order) -> "Asked":
        """The same sorted by this; the other way round where it is already."""
        turned = f"-{order.value}" if self.get("sort") == order.value else order.value
        return Asked({**self.fields, "sort": turned})


def asked_in(given: Mapping[str, str], usual: Order | None = None) -> Asked:
    """From what was typed and chosen in the form. The `usual` order goes without saying."""
    found = {name: given.get(name, "").strip().replace("\0", "")[:_LONGEST] for name in (*SEALED, *CHOSEN)}
    if usual and found["sort"] == usual.value:
        found["sort"] = ""
    return Asked({name: text for name, text in found.items() if text})


def from_query(query: str, ring: KeyRing, person_id: int) -> Asked:
    """From a query string of `as_query`. A seal that is somebody else's, or was changed, is passed over."""
    given = dict(parse_qsl(query[:_LONGEST_ADDRESS]))
    chosen = {name: given[name] for name in CHOSEN if name in given}
    return asked_in({**chosen, **opened_fields(ring, person_id, given.get("search", ""), SEALED)})


def as_query(asked: Asked, ring: KeyRing, person_id: int, **more: str) -> str:
    """As an address has it, with `?` before it where there is anything."""
    search = sealed_fields(ring, person_id, {name: asked.get(name) for name in SEALED})
    given = {"search": search, **{name: asked.get(name) for name in CHOSEN}, **more}
    query = urlencode({name: text for name, text in given.items() if text})
    return f"?{query}" if query else ""


def faults_in(asked: Asked) -> list[dict[str, str]]:
    """What of it cannot be understood, for the error summary."""
    return [
        {"text": f"“{label}” must be a real date, such as 2026-11-30.", "href": f"#{name}"}
        for name, label in (("from", "Due from"), ("to", "Due until"))
        if asked.get(name) and day_in(asked.get(name)) is None
    ]


def day_in(text: str) -> date | None:
    """A day as a browser sends it; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _one_of(kind: type[_Chosen], text: str) -> _Chosen | None:
    return kind(text) if text in list(kind) else None

"""The fields of the list's form, and what is asked for in words: above the list, and as the name of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.figures import Area
from contracts.people import Role
from contracts.review import Stage
from rules.wording import STAGES
from rules.year_groups import YEAR_GROUPS
from store.listed import Due, Order, Waits
from web.cases.asked import NOT_OPENED, Asked, day_in
from web.cases.eyes import Eyes
from web.look.words import shortday

DUE = {
    Due.OVERDUE: "Overdue",
    Due.SOON: "Today or within 5 days",
    Due.LATER: "Later than in 5 days",
    Due.OPEN: "Nothing due",
}
AREA = {area: area.in_words for area in Area}
WAITS = {Waits.MONEY: "Money not sent", Waits.LETTERS: "People not told"}
ORDERS = {
    Order.DUE: "Due date",
    Order.REF: "Reference",
    Order.NAME: "Family name",
    Order.SCHOOL: "School",
    Order.TEAM: "Team",
    Order.WORKER: "Social worker",
    Order.YEAR: "Year group",
    Order.STAGE: "Stage",
    Order.HOLDER: "Who holds it",
    Order.MEETING: "Meeting",
    Order.AREA: "In or out of area",
}
_HOLDERS = (Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL, Role.FINANCE, Role.CARER,
            Role.YOUNG_PERSON)  # fmt: skip
_LABELS = {"find": "Found by", "school": "School", "worker": "Social worker", "team": "Team", "stage": "Stage",
           "holder": "Held by", "due": "Due", "from": "Due from", "to": "Due until", "year": "Year group",
           "area": "Area", "waits": "Left undone"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Select:
    """A choice of the form. `choices` as `govukSelect` reads them."""

    name: str
    label: str
    choices: Sequence[dict[str, Any]]
    kind: str = "select"


@dataclass(frozen=True, slots=True)
class Typing:
    """Something to type: a part of a name, or a day."""

    name: str
    label: str
    value: str
    kind: str = "text"


def fields_of(asked: Asked, eyes: Eyes, teams: Sequence[str]) -> list[Select | Typing]:
    """The fields by which these eyes can filter and sort."""
    stages = {NOT_OPENED: "Not open yet", **{one.value: _sentence(STAGES[one]) for one in Stage}}
    selects = {
        "team": ("Team", "Any team", {team: team for team in teams}),
        "stage": ("Stage", "Any stage", stages),
        "holder": ("Who holds it", "Anybody", {role.value: _sentence(role.in_words) for role in _HOLDERS}),
        "year": ("Year group", "Any year group", {year: year for year in YEAR_GROUPS}),
        "due": ("Due date", "Any date", DUE),
        "area": ("Area", "Anywhere", AREA),
        "waits": ("Left undone", "Anything", {one: WAITS[one] for one in eyes.waits}),
    }
    found: list[Select | Typing] = []
    for name in ("school", "worker", *selects):
        if name not in eyes.filters:
            continue
        if name in selects:
            found.append(_select(name, *selects[name], asked.get(name)))
        else:
            found.append(Typing(name, _LABELS[name], asked.get(name)))
        if name == "due":
            found += [Typing(day, _LABELS[day], asked.get(day), "date") for day in ("from", "to")]
    orders = {order.value: ORDERS[order] for order in eyes.orders}
    orders |= {f"-{order.value}": f"{ORDERS[order]}, the other way round" for order in eyes.orders}
    return [*found, _select("sort", "Sort by", "", orders, asked.get("sort") or eyes.usual.value)]


def said_of(asked: Asked, eyes: Eyes) -> list[tuple[str, str]]:
    """What the list is narrowed to, as label and words; what these eyes cannot ask for is left out."""
    seen = {"find", *eyes.filters, *(("from", "to") if "due" in eyes.filters else ())}
    return [
        (label, _in_words(name, asked.get(name))) for name, label in _LABELS.items() if name in seen and asked.get(name)
    ]


def _in_words(name: str, text: str) -> str:
    known: dict[str, str] = {
        **{one.value: _sentence(STAGES[one]) for one in Stage if name == "stage"},
        **({NOT_OPENED: "Not open yet"} if name == "stage" else {}),
        **{role.value: _sentence(role.in_words) for role in _HOLDERS if name == "holder"},
        **{one.value: words for one, words in DUE.items() if name == "due"},
        **{one.value: words for one, words in AREA.items() if name == "area"},
        **{one.value: words for one, words in WAITS.items() if name == "waits"},
    }
    day = day_in(text) if name in ("from", "to") else None
    return shortday(day) if day else known.get(text, text)


def _select(name: str, label: str, whatever: str, words: Any, chosen: str) -> Select:
    items = [{"value": "", "text": whatever}] if whatever else []
    items += [{"value": str(value), "text": text, "selected": value == chosen} for value, text in words.items()]
    return Select(name, label, items)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

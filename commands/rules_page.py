"""`docs/rules.md`: for each rule of the guidance where it is kept, which act it refuses, and what its tests are.

Everything but the rules themselves (`rules/guidance.py`) is read from the source: a rule is at home where a docstring
or a comment names its id, and a test proves it that has the id in its name.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from commands.rule_places import Place, homes, names_a_rule, tests
from commands.rule_refusals import refusals
from commands.sizes import python_files
from rules.guidance import RULES, Rule
from settings import ROOT

_PRODUCT = ("contracts", "rules", "casework", "workflows", "activities", "store", "starter", "web")


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule, and what the source shows of it."""

    rule: Rule
    homes: tuple[Place, ...]
    refuses: tuple[str, ...]
    """Actions of ACTS.md, sorted; empty where the rule refuses nothing."""
    tests: tuple[Place, ...]

    @property
    def fault(self) -> str | None:
        """Why the rule does not count as kept, as a sentence; None where it does."""
        if not self.homes:
            return f"{self.rule.id} has no home: name it in the docstring or a comment of the code that keeps it."
        if not self.tests:
            return f"{self.rule.id} has no test: write one whose name begins test_{self.rule.id}_."
        return None


def read_sources(root: Path = ROOT) -> dict[str, str]:
    """The text of every Python file that the page is made from, by its path from the root."""
    paths = {file.relative_to(root).as_posix(): file for file in python_files(root) if file.suffix == ".py"}
    wanted = {path: file for path, file in paths.items() if path.split("/")[0] in (*_PRODUCT, "tests")}
    return {path: file.read_text(encoding="utf-8") for path, file in sorted(wanted.items())}


def kept_rules(texts: Mapping[str, str]) -> list[Kept]:
    """Every rule in the order of the guidance. `texts` are Python sources by path; those of `tests/` are the tests."""
    trees = {
        path: ast.parse(text, path) for path, text in texts.items() if path.startswith("rules/") or names_a_rule(text)
    }
    product = {path: tree for path, tree in trees.items() if not path.startswith("tests/")}
    at_home, refusing = homes(product, texts), refusals(product, texts)
    proven = tests({path: tree for path, tree in trees.items() if path.startswith("tests/")})
    return [
        Kept(
            rule,
            _by_room(at_home.get(rule.id, ())),
            tuple(refusing.get(rule.id, ())),
            _most_telling(rule.id, proven.get(rule.id, ())),
        )
        for rule in RULES
    ]


def faults(kept: Iterable[Kept]) -> list[str]:
    """A sentence for every rule that has no home or no test."""
    return [fault for one in kept if (fault := one.fault)]


def page(kept: list[Kept]) -> str:
    """The whole page."""
    whole = len([one for one in kept if one.fault is None])
    head = [
        "# The rules of the guidance",
        "",
        f"**{whole} of {len(kept)}** rules have a home in the code and tests that name them. Made from the code by",
        "`./pep docs`; `./pep check` says when it has drifted, or when a rule has no home or no test.",
        "",
        "*Refuses* lists the acts that the rule can refuse. A rule without one asks, times, shows or pays.",
        "",
        "| rule | the guidance, and *what the software does* | lives in | refuses | tests |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(one) for one in kept), ""])


def rules_text() -> str:
    """`docs/rules.md` as the code is now."""
    return page(kept_rules(read_sources()))


def _row(one: Kept) -> str:
    words = f"{one.rule.guidance}<br>*{one.rule.software}*"
    cells = (f"**{one.rule.id}**", words, _where(one.homes), "<br>".join(f"`{act}`" for act in one.refuses) or "–")
    return f"| {' | '.join(cells)} | {_proofs(one.tests)} |"


def _where(places: Iterable[Place]) -> str:
    """A line for each module with what names the rule in it."""
    names: dict[str, list[str]] = {}
    for place in places:
        names.setdefault(place.path, []).extend([f"`{place.name}`"] if place.name else [])
    return "<br>".join(" ".join([f"[{path}](../{path})", ", ".join(inside)]).strip() for path, inside in names.items())


def _proofs(places: tuple[Place, ...]) -> str:
    """How many tests, and the first of them in its own words, which break where a narrow window needs it."""
    if not places:
        return "**none**"
    files = len({place.path for place in places})
    words = places[0].name.removeprefix("test_").replace("_", " ")
    spread = f" in {files} files" if files > 1 else ""
    return f"**{len(places)}**{spread}: [{words}](../{places[0].path})"


def _most_telling(rule: str, places: Iterable[Place]) -> tuple[Place, ...]:
    """Tests of this rule before tests of several, and tests of decisions before those of what follows."""
    return tuple(
        sorted(
            places,
            key=lambda place: (not place.name.startswith(f"test_{rule}_"), not place.path.startswith("tests/rules/")),
        )
    )


def _by_room(places: Iterable[Place]) -> tuple[Place, ...]:
    """What decides comes first: the rules, then what takes acts, then what waits and acts, then their shapes."""
    rooms = ("rules", "casework", "workflows", "activities")
    rank = {room: place for place, room in enumerate(rooms)}
    return tuple(sorted(places, key=lambda place: (rank.get(place.path.split("/")[0], len(rooms)), place.path)))

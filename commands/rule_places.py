"""Where the source names a rule of the guidance: its homes in the product and its tests. Nothing is imported."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_NAMED = re.compile(r"\b([BMA])(\d{1,2})(?:-([BMA])(\d{1,2}))?\b")
_TEST_AND_ID = re.compile(r"_([BMA]\d{1,2})(?=_|$)")
_COMMENT = re.compile(r"#.*\b[BMA]\d")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Place:
    """A module that names a rule, by its path from the root, and the function or class; `""` for the module."""

    path: str
    name: str


def ids_in(words: str) -> Iterator[str]:
    """Every id that a text names as a whole word; a range counts for each id in it."""
    for letter, first, last_letter, last in _NAMED.findall(words):
        if last and last_letter != letter:
            yield from (letter + first, last_letter + last)
        else:
            yield from (f"{letter}{number}" for number in range(int(first), int(last or first) + 1))


def names_a_rule(text: str) -> bool:
    """Whether a source has anything to read here: an id in words, or in the name of a test."""
    return bool(_NAMED.search(text) or _TEST_AND_ID.search(text))


def homes(sources: Mapping[str, ast.Module], texts: Mapping[str, str]) -> dict[str, list[Place]]:
    """For each id the places whose docstrings or comments name it, or that find against it; each place once."""
    found: dict[str, list[Place]] = {}
    for path, tree in sources.items():
        for line, words in (*_documented(tree), *comments(texts[path]), *_findings(tree)):
            for rule in ids_in(words):
                places, place = found.setdefault(rule, []), Place(path, _around(tree, line))
                if place not in places:
                    places.append(place)
    return found


def tests(sources: Mapping[str, ast.Module]) -> dict[str, list[Place]]:
    """For each id the tests that have it in their name: `test_B2_...`, `test_B2_M7_...`."""
    found: dict[str, list[Place]] = {}
    for path, tree in sources.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for rule in dict.fromkeys(_TEST_AND_ID.findall(node.name)):
                    found.setdefault(rule, []).append(Place(path, node.name))
    return found


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The line and the words of every comment, in a source that has one with an id."""
    if not _COMMENT.search(text):
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def finding_rule(node: ast.AST) -> str | None:
    """The rule of a `Finding("...", ...)` that is made here."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding" and node.args):
        return None
    rule = node.args[0]
    return rule.value if isinstance(rule, ast.Constant) and isinstance(rule.value, str) else None


def _documented(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Docstrings with the line of what they are of. An attribute's are the words below it."""
    for node in ast.walk(tree):
        if isinstance(node, _Definition | ast.Module) and (words := ast.get_docstring(node, clean=False)):
            yield (0 if isinstance(node, ast.Module) else node.lineno), words
        if isinstance(node, ast.ClassDef | ast.Module):
            yield from _attributes(node.body)


def _attributes(body: Iterable[ast.stmt]) -> Iterator[tuple[int, str]]:
    for before, after in pairwise(body):
        if isinstance(before, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
            words = after.value
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                yield before.lineno, words.value


def _findings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (rule := finding_rule(node)):
            yield node.lineno, rule


def _around(tree: ast.Module, line: int) -> str:
    """The outermost function or class at a line, and the attribute where it is the line of one."""
    for node in tree.body:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            if isinstance(node, ast.ClassDef):
                return ".".join([node.name, *_member(node, line)])
            return node.name if isinstance(node, _Definition) else ".".join(_assigned(node))
    return ""


def _member(owner: ast.ClassDef, line: int) -> list[str]:
    for node in owner.body:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            return [node.name] if isinstance(node, _Definition) else _assigned(node)
    return []


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]

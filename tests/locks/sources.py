"""Fingerprints of the workflows' source: what a change of layout, comments or docstrings leaves as it is."""

import ast
import hashlib
import json
from pathlib import Path

LOCK = Path(__file__).with_name("workflows.json")
WORKFLOWS = Path(__file__).parents[2] / "workflows"


def fingerprints() -> dict[str, str]:
    """One for each module of workflows/."""
    return {file.name: fingerprint(file.read_text()) for file in sorted(WORKFLOWS.glob("*.py"))}


def fingerprint(source: str) -> str:
    """The hash of what a module does, without what it says about itself."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [one for one in node.body if not _is_words(one)] or [ast.Pass()]
    return hashlib.sha256(_dump(tree).encode()).hexdigest()[:16]


def locked() -> dict[str, str]:
    """The fingerprints that were recorded."""
    fingerprints: dict[str, str] = json.loads(LOCK.read_text())
    return fingerprints


def lock() -> None:
    """Record the present ones."""
    LOCK.write_text(json.dumps(fingerprints(), indent=2) + "\n")


def _dump(node: object) -> str:
    """Like `ast.dump`, whose text differs between versions of Python: what is empty is left out."""
    if isinstance(node, ast.AST):
        fields = [f"{name}={_dump(value)}" for name, value in ast.iter_fields(node) if value not in (None, [])]
        return f"{type(node).__name__}({', '.join(fields)})"
    if isinstance(node, list):
        return "[" + ", ".join(_dump(one) for one in node) + "]"
    return repr(node)


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)

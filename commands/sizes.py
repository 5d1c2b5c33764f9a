"""The size gate: a file over 300 lines or a function over 40 is explained in `docs/adr/0005-sizes.md`, or refused."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
_REASONS = Path("docs") / "adr" / "0005-sizes.md"
_ROW = re.compile(r"^\| `([^`]+)` \| \S.* \|$", re.MULTILINE)
_ELSEWHERE = {".venv", ".pep-data"}


def too_large(root: Path) -> list[str]:
    """Every place that is too large and not explained, and every explanation that nothing needs any more."""
    explained = set(_ROW.findall((root / _REASONS).read_text(encoding="utf-8")))
    found = {place: lines for file in python_files(root) for place, lines in _large(root, file)}
    unexplained = [f"{place} has {lines} lines; divide it" for place, lines in found.items() if place not in explained]
    return unexplained + [f"{_REASONS} explains {place}, which is not too large" for place in explained - set(found)]


def python_files(root: Path) -> list[Path]:
    """What belongs to the project: tracked or about to be. Without git everything but the environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "pep"],
        cwd=root,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if listed.returncode == 0:
        return [file for name in sorted(listed.stdout.splitlines()) if (file := root / name).exists()]
    return [file for file in sorted(root.rglob("*.py")) if not _ELSEWHERE & set(file.relative_to(root).parts)]


def _large(root: Path, file: Path) -> Iterator[tuple[str, int]]:
    text, name = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix()
    if (lines := len(text.splitlines())) > LONGEST_FILE:
        yield name, lines
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{name}:{node.name}", lines

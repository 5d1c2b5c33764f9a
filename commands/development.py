"""`./pep test` and `./pep check`: what a change must pass. Both need the development tools, which `./pep` installs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands import documents, rules_page, sizes
from commands.telling import say
from settings import ROOT

_BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One check. Gives what is wrong, nothing when all is well."""

    name: str
    problems: Callable[[], str]


def test(arguments: Sequence[str]) -> int:
    """Run pytest in place of this process; gives nothing back when that works."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606 - this is what `test` is


def check() -> int:
    """Run every step and print a line for each, and below it what is wrong. The exit code: 1 when anything is."""
    failed = [step.name for step in STEPS if not _passes(step)]
    say(f"{len(failed)} of {len(STEPS)} checks found something: {', '.join(failed)}" if failed else "All is well.")
    return 1 if failed else 0


def _passes(step: Step) -> bool:
    began = time.monotonic()
    problems = step.problems()
    say(f"{'FOUND' if problems else 'ok':<6}{step.name:<32}{time.monotonic() - began:6.1f} s")
    if problems:
        say(problems)
    sys.stdout.flush()
    return not problems


def _tool(*command: str) -> Callable[[], str]:
    """A tool of the environment, run on the whole tree; it is content when it exits with 0."""

    def problems() -> str:
        found = subprocess.run(
            [_BIN / command[0], *command[1:]],
            cwd=ROOT,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return (found.stdout.strip() or f"ended with exit code {found.returncode}") if found.returncode else ""

    return problems


def _drift() -> str:
    stale = [str(document.path.relative_to(ROOT)) for document in documents.ALL if not document.is_current]
    return f"{', '.join(stale)}: not what the code says. Write it anew: ./pep docs" if stale else ""


def _rules() -> str:
    return "\n".join(rules_page.faults(rules_page.kept_rules(rules_page.read_sources())))


def _sizes() -> str:
    return "\n".join(sizes.too_large(ROOT))


STEPS = (
    Step("style (ruff)", _tool("ruff", "check", ".")),
    Step("format (ruff)", _tool("ruff", "format", "--check", ".")),
    Step("types (mypy --strict)", _tool("mypy", ".")),
    Step("rooms (import-linter)", _tool("lint-imports")),
    Step("dead code (vulture)", _tool("vulture")),
    Step("dependencies (deptry)", _tool("deptry", ".")),
    Step("generated docs", _drift),
    Step("rules of the guidance", _rules),
    Step("sizes", _sizes),
)

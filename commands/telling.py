"""What commands print: results on standard output; faults, warnings and progress on standard error."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table


def say(line: str) -> None:
    """A line of the result, exactly as it is."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """A line for the person at the terminal that is no part of the result."""
    sys.stderr.write(line + "\n")


def say_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(table: Table) -> None:
    """A table, as wide as the terminal; into a file as wide as it needs."""
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, emoji=False)
    console.print(table)


def progress_bar() -> Progress:
    """A bar on standard error while something long goes on; nothing where nobody looks."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    return Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal)

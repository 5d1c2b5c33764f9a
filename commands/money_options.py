"""What may be typed about money. What it does stands in `commands/money.py`."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.import_options import Data, DryRun, File
from commands.running import run
from contracts.payments import MoneyState

app = typer.Typer()
State = StrEnum("State", {state.name: state.value for state in MoneyState})  # type: ignore[misc]


@app.command()
def payments(
    *,
    state: Annotated[State | None, typer.Option(help="Only the payments of this state, one a line.")] = None,
    data: Data = None,
) -> None:
    """Say how money stands: counts and pounds by state, by case reference and school only."""
    from commands import money

    run(money.payments(MoneyState(state.value) if state else None, data))


@app.command()
def statement(
    file: File,
    *,
    by: Annotated[str, typer.Option(metavar="EMAIL", help="Who imports it: somebody of finance.")] = "",
    dry_run: DryRun = False,
    data: Data = None,
) -> None:
    """Compare a bank's or finance system's statement with the ledger: whole or not at all, the same file once."""
    from commands import money

    run(money.check(file) if dry_run else money.statement(file, by, data))

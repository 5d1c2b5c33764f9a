"""What may be typed about stuck work and the service's health. What it does stands in `commands/console.py`."""

from typing import Annotated

import typer

from commands.import_options import Data
from commands.running import run

app = typer.Typer()


@app.command()
def stuck(
    as_json: Annotated[bool, typer.Option("--json", help="Every problem as an object, for programs.")] = False,
    data: Data = None,
) -> None:
    """List the problems that are open, the worst first. Exit code 0: nothing is stuck; 3: something is."""
    from commands import console

    raise typer.Exit(run(console.stuck(data, as_json=as_json)))


@app.command()
def problem(
    number: Annotated[int, typer.Argument(metavar="N", help="The problem's number.", min=1, max=2**31 - 1)],
    note: Annotated[str | None, typer.Option(metavar="WORDS", help="Add a note; no names.")] = None,
    take: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Whose it is from now on: an operator or engineer.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="EMAIL", help="Who notes this, where nobody takes it.")] = None,
    data: Data = None,
) -> None:
    """Print a problem: what, why, what to do next, everything stuck in it, its attempts and notes."""
    from commands import console

    run(console.problem(number, data, words=note, take=take, by=by))


@app.command()
def health(data: Data = None) -> None:
    """Print how the service is, as PostgreSQL says it. Exit code 0: all works; 3: something is away."""
    from commands import console

    raise typer.Exit(run(console.health(data)))

"""What may be typed about repairs and the audit. What it does stands in `repairs.py` and `audit.py` beside it."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.import_options import Data
from commands.running import run
from contracts.problems import RepairKind

app = typer.Typer()
Kind = StrEnum("Kind", {kind.name: kind.value for kind in RepairKind})  # type: ignore[misc]
Number = Annotated[int, typer.Argument(metavar="N", help="The repair's number.")]
Who = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who does it; every repair is in their name.")]
Hash = Annotated[str, typer.Option("--confirm", metavar="HASH", help="The hash that the preview shows.")]


@app.command()
def repair(
    kind: Annotated[Kind, typer.Argument(help="What is to be done.")],
    *,
    who: Who,
    reason: Annotated[str, typer.Option(help="Why, in a few words; nothing about a child.")],
    problem: Annotated[int | None, typer.Option(metavar="N", help="Everything that is stuck of this problem.")] = None,
    case: Annotated[list[str] | None, typer.Option(metavar="REF", help="These cases; may be given again.")] = None,
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="As school_days=5.")] = None,
    data: Data = None,
) -> None:
    """Preview a repair: what would be touched, and the hash with which it is confirmed. Nothing is done yet."""
    from commands import repairs

    asked = repairs.asked(RepairKind(kind.value), reason, problem, case or [], param or [])
    run(repairs.preview(asked, who, data))


@app.command()
def confirm(
    number: Number,
    *,
    who: Who,
    frozen: Hash,
    count: Annotated[int | None, typer.Option(metavar="N", help="How many things it touches, from ten on.")] = None,
    data: Data = None,
) -> None:
    """Have a previewed repair done, or asked of the second person. The watch does it."""
    from commands import repairs

    run(repairs.confirm(number, who, frozen, count, data))


@app.command()
def approve(number: Number, *, who: Who, frozen: Hash, data: Data = None) -> None:
    """Agree to somebody else's repair, to that very list."""
    from commands import repairs

    run(repairs.approve(number, who, frozen, data))


@app.command()
def stop(number: Number, *, who: Who, data: Data = None) -> None:
    """Leave out what a repair has not begun yet."""
    from commands import repairs

    run(repairs.stop(number, who, data))


@app.command("repairs")
def results(number: Number, data: Data = None) -> None:
    """Print a repair: how far it is, and what became of each thing."""
    from commands import repairs

    run(repairs.show(number, data))


@app.command()
def audit(
    about: Annotated[str, typer.Argument(metavar="REF|verify", help="A case's reference, or `verify`.")],
    seal: Annotated[
        str | None, typer.Option(metavar="N:SEAL", help="A seal that the watch's log has, to be compared with.")
    ] = None,
    data: Data = None,
) -> None:
    """Print what was done about a case at the console, or look whether the audit is whole. Exit code 1: it is not."""
    from commands import audit as audits

    raise typer.Exit(run(audits.verify(seal, data) if about == "verify" else audits.show(about, data)))

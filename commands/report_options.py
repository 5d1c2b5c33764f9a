"""What may be typed after `./pep report`. What it does stands in `commands/report.py`."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.import_options import Data
from commands.running import run

app = typer.Typer()


class By(StrEnum):
    """What is compared."""

    TEAM = "team"
    SCHOOL = "school"
    KEY_STAGE = "key_stage"
    AREA = "area"


@app.command()
def report(
    *,
    day: Annotated[
        str | None, typer.Option(metavar="ISO", help="As it was at the end of this day. Default: as it is now")
    ] = None,
    term: Annotated[
        str | None, typer.Option(metavar="TERM", help="As '2026/27 autumn', or a year. Default: the term of the day")
    ] = None,
    by: Annotated[By, typer.Option(help="What is compared.")] = By.TEAM,
    as_json: Annotated[bool, typer.Option("--json", help="Every table, for programs.")] = False,
    data: Data = None,
) -> None:
    """Print the figures of a term, for any day until now: the same tomorrow for yesterday."""
    from commands import report

    run(report.show(data, day=day, term=term, by=by.value, as_json=as_json))

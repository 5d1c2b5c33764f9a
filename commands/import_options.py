"""What may be typed after `./pep import`. What it does stands in the modules beside this one, imported when needed."""

from pathlib import Path
from typing import Annotated

import typer

from commands.running import run

imports = typer.Typer(
    help="Import term dates, a roll or a policy: all or nothing.", no_args_is_help=True, rich_markup_mode=None
)
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder of the service. Default: PEP_DATA_DIR, else .pep-data"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong; needs no service.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, UTF-8.")]


@imports.command("terms")
def import_terms(file: File, dry_run: DryRun = False, data: Data = None) -> None:
    """Import the term dates of schools."""
    from commands import imports

    run(imports.terms(file, data, dry_run=dry_run))


@imports.command("roll")
def import_roll(
    file: File,
    dry_run: DryRun = False,
    terms: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Term dates to check the calendars against in a dry run.")
    ] = None,
    data: Data = None,
) -> None:
    """Import the roll: the children in care, their schools and the people around them."""
    from commands import imports

    run(imports.roll(file, data, dry_run=dry_run, terms_file=terms))


@imports.command("closures")
def import_closures(file: File, dry_run: DryRun = False, data: Data = None) -> None:
    """Import INSET days and closures of schools, a layer above their term dates."""
    from commands import calendars

    run(calendars.closures(file, data, dry_run=dry_run))


@imports.command("ics")
def import_ics(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A school's published calendar, .ics.")],
    calendar: Annotated[str, typer.Option(metavar="CODE", help="The calendar that it becomes.")],
    name: Annotated[str, typer.Option(help="The calendar's name.")],
    *,
    verified: Annotated[
        bool, typer.Option("--verified", help="Somebody has compared it with the school's own dates.")
    ] = False,
    dry_run: DryRun = False,
    data: Data = None,
) -> None:
    """Import the term dates and closed days of a school's published calendar."""
    from casework.ics_file import Asked
    from commands import calendars

    run(calendars.ics(file, Asked(calendar, name, file.name, verified), data, dry_run=dry_run))


@imports.command("policy")
def import_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy file, TOML (docs/policies.md).")],
    dry_run: DryRun = False,
    data: Data = None,
) -> None:
    """Import the authority's numbers of an academic year, for reviews that open from now on."""
    from commands import policies

    run(policies.keep(file, data, dry_run=dry_run))

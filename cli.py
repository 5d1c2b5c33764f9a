"""The command line: what may be typed. What it does stands in `commands/`, which is imported when it is needed, so that
`./pep up` starts at once. `./pep` builds the environment and hands over to this file.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.running import guarded, run
from contracts.calendar import TermName
from contracts.people import ACTING_ROLES
from contracts.review import Stage

app = typer.Typer(
    help="Personal Education Plans for children in care.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Import term dates or a roll: all or nothing.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(imports, name="import")

ActingRole = StrEnum("ActingRole", {role.name: role.value for role in ACTING_ROLES})  # type: ignore[misc]


class Manner(StrEnum):
    """How the people of a rehearsal are."""

    PROMPT = "prompt"
    TYPICAL = "typical"
    SLOW = "slow"


Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder of the service. Default: PEP_DATA_DIR, else .pep-data"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong; needs no service.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, UTF-8.")]
ChildRef = Annotated[str, typer.Argument(metavar="CHILD_REF", help="The authority's reference of the child.")]


@app.command()
def up(
    data: Data = None,
    port: Annotated[int, typer.Option(metavar="N", help="The first of five ports in a row.")] = 8700,
    empty: Annotated[bool, typer.Option("--empty", help="Start without the demonstration.")] = False,
) -> None:
    """Run the whole service on this machine until Ctrl-C."""
    from local.up import main

    raise typer.Exit(main(data, port, empty))


@app.command()
def migrate() -> None:
    """Bring the database that the PEP_ settings name to the newest tables."""
    from commands import upkeep

    run(upkeep.migrate())


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


@app.command()
def authority(
    name: Annotated[str, typer.Option(help="The authority's name, as letters and pages show it.")],
    virtual_school_email: Annotated[str, typer.Option(metavar="EMAIL", help="Where the Virtual School's letters go.")],
    head_email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The head of the Virtual School.")] = None,
    iro_email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The independent reviewing officers.")] = None,
    data: Data = None,
) -> None:
    """Name the authority whose children these are; again to change it."""
    from casework.authority import AuthorityDetails
    from commands import imports

    run(imports.authority(AuthorityDetails(name, virtual_school_email, head_email, iro_email), data))


@app.command()
def act(
    child_ref: ChildRef,
    action: Annotated[str, typer.Argument(help="What is done, for instance arrange_meeting.")],
    fields: Annotated[str, typer.Argument(metavar="[JSON]", help="The action's fields as a JSON object.")] = "{}",
    *,
    role: Annotated[ActingRole, typer.Option("--as", help="The role in which it is done.")],
    person: Annotated[str | None, typer.Option(metavar="EMAIL", help="Whose act it is.")] = None,
    data: Data = None,
) -> None:
    """Do something on a case and print the answer. Exit code 0 accepted, 1 refused, 2 unknown child or unreadable."""
    from commands import cases
    from contracts.people import Role

    raise typer.Exit(run(cases.act(child_ref, action, fields, Role(role.value), data, person=person)))


@app.command()
def case(child_ref: ChildRef, data: Data = None) -> None:
    """Print one case: who holds it, since when, until when, and what is missing."""
    from commands import cases

    run(cases.show_case(child_ref, data))


@app.command()
def cases(
    stage: Annotated[Stage | None, typer.Option(help="Only cases at this stage.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Case objects instead of a table.")] = False,
    data: Data = None,
) -> None:
    """List every child in care."""
    from commands import cases

    run(cases.show_cases(data, stage=stage, as_json=as_json))


@app.command()
def rehearse(
    year: Annotated[str, typer.Option(metavar="YEAR", help="The academic year, as 2026/27.")],
    terms: Annotated[Path, typer.Option(metavar="FILE", help="Term dates.")],
    roll: Annotated[Path, typer.Option(metavar="FILE", help="The roll.")],
    term: Annotated[TermName | None, typer.Option(help="Only this term.")] = None,
    acts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Exactly these acts, one JSON object a line.")
    ] = None,
    people: Annotated[Manner | None, typer.Option(help="How scripted people are. Default: typical")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another year.")] = 1,
    out: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Where the journal is written.")] = None,
) -> None:
    """Play a year or a term in seconds, on the real workflows, and print its time line."""
    from commands import rehearse

    run(rehearse.rehearse(rehearse.Request(year, terms, roll, term, acts, people, seed, out)))


@app.command()
def rebuild(data: Data = None) -> None:
    """Start every open workflow again from the database, after Temporal's was lost."""
    from commands import upkeep

    run(upkeep.rebuild(data))


@app.command()
def token(
    role: Annotated[ActingRole, typer.Option(help="The person's role.")],
    person: Annotated[str, typer.Option(metavar="EMAIL", help="The person's address.")],
    name: Annotated[str | None, typer.Option(help="The name of somebody new.")] = None,
    data: Data = None,
) -> None:
    """Make a token of the JSON API, bound to one person, and print it once."""
    from commands import upkeep
    from contracts.people import Role

    run(upkeep.token(Role(role.value), person, name, data))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def test(context: typer.Context) -> None:
    """Run the tests. What follows goes to pytest."""
    from commands import development

    raise typer.Exit(development.test(context.args))


@app.command()
def check() -> None:
    """Check style, types, rooms, dead code, dependencies, sizes and whether generated docs are up to date."""
    from commands import development

    raise typer.Exit(development.check())


@app.command()
def openapi() -> None:
    """Write docs/openapi.json anew."""
    from commands import documents

    documents.write(documents.OPENAPI)


@app.command()
def docs() -> None:
    """Write every generated page in docs/ anew."""
    from commands import documents

    documents.write(*documents.ALL)


def main(arguments: list[str] | None = None) -> Any:
    """Run one command; what is expected to go wrong ends in a sentence, never in a traceback."""
    with guarded():
        return app(args=arguments, prog_name="./pep")


if __name__ == "__main__":
    sys.exit(main())

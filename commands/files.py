"""Files that a person names on the command line."""

from pathlib import Path

from commands.errors import CommandError


def content_of(file: Path) -> bytes:
    """What stands in a file. Raises CommandError when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {_why(error)}. Check the name and that you may read it.") from None


def write_text(file: Path, text: str) -> None:
    """Write a file whole or not at all. Raises CommandError when it cannot be written."""
    unfinished = file.with_name(file.name + ".new")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {_why(error)}. Choose another place.") from None


def check_writable(file: Path) -> None:
    """Raise CommandError before long work whose result could not be written afterwards."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise CommandError(f"{file} cannot be written: it needs a folder that is there. Choose another place.")


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()

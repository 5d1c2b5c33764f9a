"""Running a command: an orderly end on Ctrl-C and SIGTERM, and sentences where something was expected to go wrong.

Imports little: every command passes here, also the one that should start at once.
"""

import asyncio
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from commands.errors import CommandError

_ENDED_BY_SIGNAL = 128
_DATABASE_AWAY = "The database does not answer. Check that the service runs, then try again; nothing is done by halves."
_TABLES_OLD = "The database's tables are not those of this version. Bring them up to date: ./pep migrate, or ./pep up."
Result = TypeVar("Result")


def run(command: Coroutine[Any, Any, Result]) -> Result:
    """Run a command to its end. SIGTERM cancels it as Ctrl-C does, so that it leaves nothing behind."""
    import logs

    logs.configure("DEBUG" if os.environ.get("PEP_LOG_LEVEL") == "DEBUG" else "ERROR")

    async def whole() -> Result:
        task = asyncio.current_task()
        if task and threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await command

    try:
        return asyncio.run(whole())
    except asyncio.CancelledError:
        sys.exit(_ENDED_BY_SIGNAL + signal.SIGTERM)


@contextmanager
def guarded() -> Iterator[None]:
    """End the process with a sentence and an exit code for whatever a command raises."""
    try:
        yield
    except CommandError as error:
        _end(str(error), error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_ENDED_BY_SIGNAL + signal.SIGINT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        _end(_expected(error) or _unexpected(error), 1)


def _end(sentence: str, code: int) -> None:
    sys.stderr.write(sentence + "\n")
    sys.exit(code)


def _expected(error: Exception) -> str | None:
    """The sentence for what the surroundings do to a command."""
    from sqlalchemy.exc import ProgrammingError

    from local.errors import LocalError
    from rehearsal.conductor import RehearsalStalled
    from settings import SettingsError
    from starter.connect import TemporalUnreachableError
    from web.errors import is_outage

    if isinstance(error, LocalError | SettingsError | TemporalUnreachableError | RehearsalStalled):
        return str(error)
    if isinstance(error, ProgrammingError) and "UndefinedTable" in str(error.orig):
        return _TABLES_OLD
    of_a_file = isinstance(error, OSError) and error.filename is not None
    return _DATABASE_AWAY if is_outage(error) and not of_a_file else None


def _unexpected(error: Exception) -> str:
    """Where it happened goes to a file, without the exception's text, which may repeat what somebody typed."""
    kinds = [type(error).__name__]
    cause = error.__cause__ or error.__context__
    if cause:
        kinds.append(f"from {type(cause).__name__}")
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    log = Path(tempfile.gettempdir()) / f"pep-{os.getpid()}.log"
    try:
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{' '.join(kinds)}\n{frames}")
    except OSError:
        return f"This failed unexpectedly ({kinds[0]}), and no log could be written. Please report it."
    return f"This failed unexpectedly ({kinds[0]}). Where it happened stands in {log}; please report it with that file."

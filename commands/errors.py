"""What a command cannot do, in sentences for the person at the terminal."""

import os


class CommandError(Exception):
    """Whole sentences: what happened and what to do. Ends the command with exit code 1."""

    exit_code = 1


class UsageError(CommandError):
    """What was typed names nothing that is there, or cannot be read. Exit code 2."""

    exit_code = 2


class NotNowError(CommandError):
    """Nothing was done, and the same may succeed later. Exit code 75 (sysexits.h)."""

    exit_code = getattr(os, "EX_TEMPFAIL", 75)


class NotRunningError(CommandError):
    """No service runs in the data folder, and no settings name one elsewhere."""

    def __init__(self) -> None:
        super().__init__(
            "The service is not running. Start it with ./pep up and wait until it says that it is ready. If it runs "
            "with another data folder, name that with --data; if it runs elsewhere, set the PEP_ settings."
        )

"""Gives Temporal's work to one version of the worker from now on: `python -m deploy.worker_version VERSION`.

Exit code 0 when it is done, 1 with a sentence when Temporal does not answer, or has seen no worker of that version.
"""

import asyncio
import sys

from temporalio.service import RPCError

import settings
from connecting import client_for
from starter.connect import TemporalUnreachableError
from starter.versions import Versions


async def main(version: str) -> str:
    """What is wrong, in a sentence; nothing when all is well."""
    try:
        await Versions(await client_for("command", settings.load())).make_current(version)
    except TemporalUnreachableError as error:
        return f"Temporal cannot be asked: {type(error).__name__}."
    except RPCError as error:
        return f"Temporal refuses it ({error.status.name}): has a worker of version {version} asked for work yet?"
    return ""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name one version, as PEP_WORKER_VERSION has it.")
    sys.exit(asyncio.run(main(sys.argv[1])) or 0)

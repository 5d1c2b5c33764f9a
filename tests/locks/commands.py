"""Every command that the workflows give when the recorded histories are replayed, with its attributes.

A replay alone notices that a command is missing, added or of another kind. It does not notice that a timer lasts
longer, that an activity gets other arguments or another timeout, or that a run is carried on with another state.
"""

import json
from pathlib import Path

from tests.replay.replaying import Command, recorded, replay

LOCK = Path(__file__).with_name("commands.json")


def locked() -> dict[str, list[Command]]:
    """The commands that were recorded, by the name of their history."""
    commands: dict[str, list[Command]] = json.loads(LOCK.read_text())
    return commands


async def lock() -> None:
    """Record the present ones: a line a command."""
    given = {name: await replay(history) for name, history in recorded().items()}
    LOCK.write_text("{\n" + ",\n".join(_written(name, commands) for name, commands in given.items()) + "\n}\n")


def _written(name: str, commands: list[Command]) -> str:
    lines = ",\n".join("    " + json.dumps(command, sort_keys=True) for command in commands)
    return f'  "{name}": [\n{lines}\n  ]'

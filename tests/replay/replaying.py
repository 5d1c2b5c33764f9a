"""Replays recorded histories on the present workflows, and writes down every command that these give."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

from starter.converter import PepPayloadConverter
from worker import workflow_runner
from workflows.pep_cycle import PepCycle
from workflows.pep_review import PepReview

HISTORIES = Path(__file__).with_name("histories")
IN_CLEAR = DataConverter(
    payload_converter_class=PepPayloadConverter,
    failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
)
"""The converter of production without its seal: recorded histories are in clear, so replaying needs no key."""
Command = dict[str, Any]


def recorded() -> dict[str, WorkflowHistory]:
    """Every recorded history by its name."""
    files = sorted(HISTORIES.glob("*.json"))
    return {file.stem: WorkflowHistory.from_json(f"recorded-{file.stem}", file.read_text()) for file in files}


async def replay(history: WorkflowHistory) -> list[Command]:
    """Replay a history in production's sandbox; gives the commands. Raises for one that the workflows cannot follow."""
    listening = _Listening(workflow_runner())
    replayer = Replayer(workflows=[PepCycle, PepReview], workflow_runner=listening, data_converter=IN_CLEAR)
    await replayer.replay_workflow(history)
    return listening.commands


class _Listening(WorkflowRunner):
    """Production's sandbox, with every completed activation written down."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner
        self.commands: list[Command] = []

    def prepare_workflow(self, defn: _Definition) -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Heard(self._runner.create_instance(det), self.commands)


class _Heard(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance, commands: list[Command]) -> None:
        self._instance = instance
        self._commands = commands

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._instance.activate(act)
        self._commands.extend(_plain(command) for command in completion.successful.commands)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def _plain(command: Any) -> Command:
    """A command as JSON, what it carries readable."""
    plain: Command = _readable(MessageToDict(command, preserving_proto_field_name=True))
    return plain


def _readable(value: Any) -> Any:
    if isinstance(value, list):
        return [_readable(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"metadata", "data"}:
        return json.loads(b64decode(value["data"]))
    return {name: _readable(one) for name, one in value.items()}


def differences(locked: list[Command], given: list[Command]) -> Iterator[str]:
    """What differs, command by command, a line each."""
    for place, (before, now) in enumerate(zip(locked, given, strict=False), start=1):
        if before != now:
            yield f"command {place} was {json.dumps(before)} and is {json.dumps(now)}"
    if len(locked) != len(given):
        yield f"there were {len(locked)} commands, there are {len(given)}"

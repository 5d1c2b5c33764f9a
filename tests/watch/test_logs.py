"""Log lines: which part and which code writes, for which workflow and trace; never what a server or a person said."""

import io
import json
import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from logs import PlainFormatter

WORDS = "Wilhelmina"


class Log:
    """A logger whose lines are read back."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        handler = logging.StreamHandler(self._out)
        handler.setFormatter(PlainFormatter("worker", "r7"))
        self.logger = logging.Logger("of.a.test")
        self.logger.addHandler(handler)

    @property
    def line(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._out.getvalue().splitlines()[-1])
        assert WORDS not in self._out.getvalue()
        return found


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line_says_which_part_and_which_release_writes_it(log: Log) -> None:
    log.logger.warning("an outbox could not be emptied", extra={"error_type": "OSError", "words": WORDS})
    assert {name: log.line[name] for name in ("process", "release", "part", "says", "error_type")} == {
        "process": "worker",
        "release": "r7",
        "part": "of.a.test",
        "says": "an outbox could not be emptied",
        "error_type": "OSError",
    }
    assert "trace_id" not in log.line


def test_what_the_sdk_says_of_a_step_names_its_workflow_and_no_text(log: Log) -> None:
    about = {"workflow_id": "pep-review-1", "activity_type": "take_step", "activity_id": "3", "attempt": 2}
    try:
        raise ValueError(WORDS)
    except ValueError:
        said = f"Completing activity as failed ({about} {WORDS})"
        log.logger.warning(said, extra={"temporal_activity": about}, exc_info=sys.exc_info())
    assert log.line["says"] == "Completing activity as failed"
    assert (log.line["workflow_id"], log.line["activity_type"]) == ("pep-review-1", "take_step")
    assert log.line["error_type"] == "ValueError"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"Network error while polling workflow task queue error=Status {{ message: {WORDS} }}", "Network error while"),
        (f"Task not found when completing: {WORDS}", "Task not found when completing"),
        (f'"{WORDS}"', "the Temporal SDK reports something"),
    ],
)
def test_of_the_sdks_engine_only_the_fixed_beginning_is_kept(log: Log, said: str, kept: str) -> None:
    log.logger.error(said, extra={"temporal_log": SimpleNamespace(fields={"error": WORDS})})
    assert log.line["says"].startswith(kept)


def test_a_line_within_a_span_leads_to_its_trace(log: Log) -> None:
    with TracerProvider(shutdown_on_exit=False).get_tracer("t").start_as_current_span("request") as span:
        log.logger.info("something happens")
    assert log.line["trace_id"] == f"{span.get_span_context().trace_id:032x}"

"""Logs without anybody's data: a fixed sentence, a type, opaque ids. Exception texts never reach them (DESIGN.md)."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import format_trace_id, get_current_span

_KEPT = ("error_type", "workflow_id", "activity_type", "case_id", "review_id", "count", "round", "seal")
"""What a log line may carry beside its sentence."""
_OF_TEMPORAL = ("temporal_activity", "temporal_workflow")
"""Where the Temporal SDK notes what its line is about."""
_FIXED = re.compile(r"[^:={}\[\]()\"'0-9]*")
"""The beginning of a line of the SDK's engine: what follows may hold a server's words."""


class PlainFormatter(logging.Formatter):
    """One JSON object a line. An exception is named by its type only: its text may repeat what somebody typed.

    `process` and `release` say which part of the service writes, and what it runs.
    """

    def __init__(self, process: str = "", release: str = "") -> None:
        super().__init__()
        self._of_process = {"process": process, "release": release} if process else {}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            **self._of_process,
            "part": record.name,
            "says": _sentence(record),
        }
        if record.exc_info and record.exc_info[0]:
            line["error_type"] = record.exc_info[0].__name__
        line |= _trace() | _of_temporal(record)
        line |= {name: getattr(record, name) for name in _KEPT if hasattr(record, name)}
        return json.dumps(line)


def configure(level: str, process: str = "", release: str = "") -> None:
    """Every logger of the process writes plain lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter(process, release))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _sentence(record: logging.LogRecord) -> str:
    said = str(record.msg)
    if hasattr(record, "temporal_log"):  # of the SDK's engine, where texts and values stand in one line
        beginning = _FIXED.match(said)
        return (beginning.group() if beginning else "").strip() or "the Temporal SDK reports something"
    return said.split(" (", maxsplit=1)[0]


def _trace() -> dict[str, str]:
    """The trace that this line belongs to, where there is one."""
    context = get_current_span().get_span_context()
    return {"trace_id": format_trace_id(context.trace_id)} if context.is_valid else {}


def _of_temporal(record: logging.LogRecord) -> dict[str, str]:
    """The workflow and the step that a line of the SDK is about."""
    found: dict[str, str] = {}
    for source in _OF_TEMPORAL:
        about = getattr(record, source, None)
        if isinstance(about, Mapping):
            found |= {name: str(about[name]) for name in ("workflow_id", "activity_type") if name in about}
    return found

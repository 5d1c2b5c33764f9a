"""Logs without anybody's data: a fixed sentence, a type, opaque ids. Exception texts never reach them (DESIGN.md)."""

import json
import logging
import sys
from typing import Any

_KEPT = ("error_type", "workflow_id", "activity_type", "case_id", "review_id", "count", "round")
"""What a log line may carry beside its sentence."""


class PlainFormatter(logging.Formatter):
    """One JSON object a line. An exception is named by its type only: its text may repeat what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "part": record.name,
            "says": str(record.msg).split(" (", maxsplit=1)[0],
        }
        if record.exc_info and record.exc_info[0]:
            line["error_type"] = record.exc_info[0].__name__
        line |= {name: getattr(record, name) for name in _KEPT if hasattr(record, name)}
        return json.dumps(line)


def configure(level: str) -> None:
    """Every logger of the process writes plain lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

"""Spans of traces: what was done, how it ended and how long it took. Never for whom, and never an exception's text.

Without a collector (telemetry.py) they cost next to nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_tracer

_TRACER = get_tracer("pep")


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """A span around what follows; an exception passes, and is noted by its type."""
    with _TRACER.start_as_current_span(name, kind=kind, record_exception=False, set_status_on_exception=False) as begun:
        try:
            yield begun
        except Exception as error:
            begun.set_status(Status(StatusCode.ERROR))
            begun.set_attribute("error.type", type(error).__name__)
            raise

"""Traces are sent to a collector: OpenTelemetry, set up so that nothing but what is known to be harmless leaves.

Imported only where a collector is named: it takes a tenth of a second.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Status, set_tracer_provider

_KEPT = frozenset(
    {
        *("http.request.method", "http.route", "http.response.status_code", "error.type"),
        *("pep.action", "pep.outcome", "temporalWorkflowID", "temporalRunID", "temporalActivityID"),
    }
)
"""The attributes that leave this process. A workflow's id is opaque, as in the logs."""
_SECONDS = 5.0


@contextmanager
def sent_to(endpoint: str, part: str, release: str) -> Iterator[None]:
    """As `telemetry.traced`, to this collector."""
    # Below this level it writes the collector's own words.
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    resource = Resource({"service.name": f"pep-{part}", "service.version": release})
    provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(Scrubbed(exporter), schedule_delay_millis=2000))
    set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()


class Scrubbed(SpanExporter):
    """Hands on what is known to say nothing about anybody, whatever a library has put into a span.

    Events are left out, because a library notes exceptions there with their texts, and so is what explains a status.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _scrubbed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in _KEPT},
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )

"""The Temporal SDK's own engine: its log lines go where ours go, and its figures to Prometheus where a port is set."""

import logging

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)


def adopt_runtime(metrics_address: str | None = None) -> None:
    """Once in a process, before its first client. `metrics_address`: host:port at which /metrics is served.

    Raises RuntimeError a second time, and where the port is taken.
    """
    forwarding = LogForwardingConfig(
        logging.getLogger("temporalio.core"), append_target_to_name=False, prepend_target_on_message=False
    )
    metrics = None
    if metrics_address:
        metrics = PrometheusConfig(
            metrics_address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
        )
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=levels, forwarding=forwarding), metrics=metrics)
    Runtime.set_default(Runtime(telemetry=telemetry))

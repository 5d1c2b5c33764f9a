"""How many requests there were and how long people waited, by route as it is written in the code: never by address."""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many lines, and nobody asks for them
REGISTRY = CollectorRegistry()
"""What a web process has to show to Prometheus."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUESTS = Counter("pep_web_requests", "Requests", ["method", "route", "status"], registry=REGISTRY)
_SECONDS = Histogram(
    "pep_web_request_seconds",
    "Until the answer began",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)


def known(method: str) -> str:
    """A method of HTTP; whatever else somebody may send is told in one word."""
    return method if method in _METHODS else "other"


def measure(method: str, route: str, status: int | None, seconds: float) -> None:
    """Count one request. `status` is None where whoever asked hung up before the answer began."""
    _REQUESTS.labels(known(method), route, str(status or "hung up")).inc()
    _SECONDS.labels(route).observe(seconds)

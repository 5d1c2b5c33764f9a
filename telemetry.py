"""What a process shows to whoever measures it: figures that Prometheus fetches, traces that are sent to a collector.

Nothing is served and nothing is sent unless a setting names where.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server


@contextmanager
def fetched(registry: CollectorRegistry, host: str, port: int | None) -> Iterator[None]:
    """Serve what the registry holds at http://HOST:PORT/metrics meanwhile. Raises OSError where the port is taken."""
    if port is None:
        yield
        return
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def traced(endpoint: str | None, part: str, release: str) -> Iterator[None]:
    """Send the spans of this process to a collector meanwhile, and what is left at the end. Once in a process."""
    if endpoint is None:
        yield
        return
    from tracing import sent_to

    with sent_to(endpoint, part, release):
        yield

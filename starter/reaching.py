"""How Temporal's own calls are asked, where the SDK has none: each has little time, and an outage has one name."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.service import RPCError, RPCStatusCode

from starter.connect import TemporalUnreachableError

PATIENCE = timedelta(seconds=10)
Answer = TypeVar("Answer")


async def asked(call: Callable[..., Awaitable[Answer]], request: Any) -> Answer:
    """The answer of a raw call. Raises TemporalUnreachableError, and RPCError for what Temporal refuses."""
    try:
        return await call(request, timeout=PATIENCE)
    except RPCError as error:
        if error.status in _AWAY:
            raise TemporalUnreachableError("Temporal did not answer.") from error
        raise
    except (RuntimeError, OSError) as error:
        raise TemporalUnreachableError("Temporal did not answer.") from error


_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
    }
)
"""It is away, starting, or has no time now: asked again later it may answer."""

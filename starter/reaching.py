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


async def asked_if_there(call: Callable[..., Awaitable[Answer]], request: Any) -> Answer | None:
    """The answer of a raw call about a run; None where Temporal has nothing of that name. Raises as `asked` does.

    Ask `is None` of it: an answer that says nothing more than that it was done is there as well.
    """
    try:
        return await asked(call, request)
    except RPCError as error:
        if error.status in _NOT_THERE:
            return None
        raise


_NOT_THERE = frozenset({RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT})
"""Also an id that none of Temporal's can be: one such row must not blind a walk."""
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

"""Timeouts and retries, named once (docs/adr/0003)."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class LocalOptions(TypedDict):
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class Options(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


AT_ONCE: LocalOptions = {
    "schedule_to_close_timeout": timedelta(seconds=8),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=2), maximum_attempts=6
    ),
}
"""A short effect of ours, inside the workflow task. Under 10 s, so that it fills no history with heartbeats.

Six attempts are over after five seconds. The timeout alone ends no row of failures (SDK 1.35): each failed attempt is
followed by another, the workflow task never ends, and nobody sees a step that fails.
"""

UNTIL_IT_WORKS: Options = {
    "start_to_close_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=5)),
}
"""The same effect while PostgreSQL is out: visible as a failing activity, and done in the end."""

MONEY: Options = {
    "start_to_close_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(hours=1)),
}
"""A payment, the grant or additional funding: tried until it is settled; each attempt looks up the one before."""

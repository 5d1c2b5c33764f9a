"""Refuses a start with a shifted clock: only a rehearsal's worker may run one (DESIGN.md, Money, mail, time)."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


class _Guard(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        if getattr(input.args[0], "clock_shift", 0.0):
            workflow.logger.error("a start with a shifted clock was refused")
            raise ApplicationError("a clock shift is for rehearsals only", type="ShiftedClock", non_retryable=True)
        return await super().execute_workflow(input)


class NoShift(Interceptor):
    """For every worker but a rehearsal's."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _Guard

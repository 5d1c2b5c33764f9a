"""Versions of the worker at Temporal: which one is given work, and which others still have some.

Runs go on with the current version (AUTO_UPGRADE): what a run did before is replayed by it, as without versions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from starter.reaching import PATIENCE, asked

DEPLOYMENT = "pep"
_STATUS = "WORKER_DEPLOYMENT_VERSION_STATUS_"


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """`state` is one of Temporal's words: current, ramping, draining, drained, inactive. `since` is UTC."""

    version: str
    state: str
    since: datetime | None

    @property
    def in_words(self) -> str:
        """`draining since 2026-11-29 20:24 UTC`."""
        return f"{self.state} since {self.since:%Y-%m-%d %H:%M} UTC" if self.since else self.state


def deployment_of(version: str) -> WorkerDeploymentConfig:
    """How a worker says which version it is."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, version),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


class Versions:
    """Looks and chooses through a client, which may be lazy. Raises TemporalUnreachableError while Temporal is away."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def seen(self) -> list[VersionSeen]:
        """Every version that Temporal knows, the newest first; none where no worker ever named one."""
        request = DescribeWorkerDeploymentRequest(namespace=self._client.namespace, deployment_name=DEPLOYMENT)
        try:
            answer = await asked(self._client.workflow_service.describe_worker_deployment, request)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return []
            raise
        found = sorted(
            answer.worker_deployment_info.version_summaries, key=lambda one: -one.create_time.ToNanoseconds()
        )
        return [
            VersionSeen(
                one.deployment_version.build_id,
                WorkerDeploymentVersionStatus.Name(one.status).removeprefix(_STATUS).lower(),
                one.routing_update_time.ToDatetime(UTC) if one.HasField("routing_update_time") else None,
            )
            for one in found
        ]

    async def make_current(self, version: str) -> None:
        """Give work to this version from now on. Raises RPCError where no worker of it has asked for work yet."""
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self._client.namespace,
            deployment_name=DEPLOYMENT,
            build_id=version,
            identity=self._client.identity,
        )
        await self._client.workflow_service.set_worker_deployment_current_version(request, timeout=PATIENCE)

"""What the parts of the embedded service are told: which are ours, their ports, their settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import settings
from local.errors import LocalError
from local.ports import LOOPBACK
from local.run_file import Run, write_private

FIRST_PORT = 8700
DATABASE = "pep"
OPERATOR = "operator@exampleshire.example"
"""Who is told, in our own mailbox, of what is stuck: the demonstration's operator."""


@dataclass(frozen=True)
class Ports:
    """Five ports in a row, on loopback."""

    web: int
    mailbox: int
    smtp: int
    temporal: int
    temporal_ui: int

    @classmethod
    def from_first(cls, first: int) -> "Ports":
        """Raises `LocalError` when the row does not fit between the reserved ports and the last one."""
        if not 1024 <= first <= 65531:
            raise LocalError("--port names the first of five ports in a row: choose one from 1024 to 65531.")
        return cls(*range(first, first + 5))


@dataclass(frozen=True)
class Surroundings:
    """A data folder, its ports, and the environment that `./pep up` was started in."""

    data: Path
    ports: Ports
    given: Mapping[str, str]

    @property
    def own_database(self) -> bool:
        return not self._has("PEP_DATABASE_URL", "PEP_DATABASE_URL_FILE")

    @property
    def own_temporal(self) -> bool:
        return not self._has("PEP_TEMPORAL_ADDRESS", "TEMPORAL_ADDRESS")

    @property
    def own_mailbox(self) -> bool:
        return not self._has("PEP_SMTP_HOST")

    @property
    def all_own(self) -> bool:
        """Whether nothing outside this machine is touched, so that invented cases may come to life here."""
        return self.own_database and self.own_temporal and self.own_mailbox

    @property
    def web_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.web}"

    def used_ports(self) -> dict[str, int]:
        """The ports that our parts listen on, by their use in words."""
        used = {"pages": self.ports.web}
        if self.own_mailbox:
            used |= {"mailbox": self.ports.mailbox, "SMTP": self.ports.smtp}
        if self.own_temporal:
            used |= {"Temporal": self.ports.temporal, "Temporal's pages": self.ports.temporal_ui}
        return used

    def environment(self, database_url: str | None) -> dict[str, str]:
        """The settings of every part. `database_url` is that of our database, None if the database is external.

        A setting that was given stays, unless a part of our own decides it.
        """
        environment = {"PEP_MAIL_FROM": "Virtual School <pep@virtual-school.example>", "PEP_SITE_URL": self.web_url}
        environment |= {name: value for name, value in self.given.items() if value}
        environment |= {"PEP_DATA_DIR": str(self.data), "PEP_WEB_HOST": LOOPBACK, "PEP_WEB_PORT": str(self.ports.web)}
        if database_url:
            environment["PEP_DATABASE_URL"] = database_url
        if self.own_temporal:
            environment = _without(environment, "TEMPORAL_", "PEP_TEMPORAL_API_KEY", "PEP_TEMPORAL_TLS")
            environment["PEP_TEMPORAL_ADDRESS"] = f"{LOOPBACK}:{self.ports.temporal}"
            environment["PEP_TEMPORAL_NAMESPACE"] = "default"
        if self.own_mailbox:
            environment = _without(environment, "PEP_SMTP_")
            environment |= {"PEP_SMTP_HOST": LOOPBACK, "PEP_SMTP_PORT": str(self.ports.smtp)}
            environment["PEP_SMTP_USE_TLS"] = "false"
            environment.setdefault("PEP_ALERT_EMAIL", OPERATOR)
        if not self._has("PEP_ENCRYPTION_KEYS", "PEP_ENCRYPTION_KEYS_FILE"):
            environment["PEP_ENCRYPTION_KEYS_FILE"] = str(key_file(self.data))
        return environment

    def run(self, configured: settings.Settings) -> Run:
        """What other commands find in `run.json`."""
        return Run(
            pid=os.getpid(),
            database_url=configured.database_url,
            temporal_address=configured.temporal_address,
            web_url=self.web_url,
            smtp_host=configured.smtp_host,
            smtp_port=configured.smtp_port,
            mailbox_url=f"http://{LOOPBACK}:{self.ports.mailbox}" if self.own_mailbox else None,
            temporal_ui_url=f"http://{LOOPBACK}:{self.ports.temporal_ui}" if self.own_temporal else None,
        )

    def _has(self, *names: str) -> bool:
        return any(self.given.get(name) for name in names)


def key_file(data: Path) -> Path:
    """The key ring of the embedded service."""
    return data / "encryption.key"


def ensure_key(data: Path) -> None:
    """Make the key ring on the first start. Without it nothing that Temporal holds can be read again."""
    if not key_file(data).exists():
        write_private(key_file(data), settings.new_key_ring("local") + "\n")


def adopt(environment: Mapping[str, str]) -> None:
    """Make the environment this process's own, so that it and everything it starts see the same settings."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)


def _without(environment: Mapping[str, str], *beginnings: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(beginnings)}

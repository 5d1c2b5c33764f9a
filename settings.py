"""What the service must be told about its surroundings, read once by the composition roots and checked whole.

Every setting is an environment variable `PEP_<NAME>`. A secret may stand in a file instead: `PEP_<NAME>_FILE` names it,
so that a password need not be in the environment. Nothing here ever shows the value of a secret.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from rules.addresses import is_address

ROOT = Path(__file__).resolve().parent
PREFIX = "PEP_"
SECRETS = frozenset(
    {
        *("database_url", "encryption_keys", "smtp_password", "finance_token", "temporal_api_key"),
        *("oidc_client_secret", "alert_webhook", "alert_webhook_secret"),
    }
)
"""The settings that may be given by `PEP_<NAME>_FILE`."""
_KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
_HERE = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """A setting is missing or unusable. The text is whole sentences that name the variable and what to do."""


def parse_key_ring(given: object) -> object:
    """`id:base64key`, several separated by commas or lines. The first encrypts, all of them decrypt."""
    if not isinstance(given, str):
        return given
    keys = [_parse_key(entry) for entry in given.replace(",", " ").split()]
    ring = dict(keys)
    if not ring:
        raise ValueError("it holds no key")
    if len(ring) < len(keys):
        raise ValueError("two keys have the same id")
    return ring


def _parse_key(entry: str) -> tuple[str, bytes]:
    key_id, _, encoded = entry.partition(":")
    if not _KEY_ID.fullmatch(key_id) or not encoded:
        raise ValueError("each key must be id:key, with letters, digits, dots and hyphens in the id")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError("the part after the colon must be base64") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"a key must have {_KEY_BYTES} bytes before it is written in base64")
    return key_id, key


def new_key_ring(key_id: str) -> str:
    """A ring of one fresh random key, as `PEP_ENCRYPTION_KEYS` wants it."""
    return f"{key_id}:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"


def parse_domains(given: object) -> object:
    """Mail domains such as example.gov.uk, separated by commas or blanks; in lower case."""
    if not isinstance(given, str):
        return given
    domains = frozenset(given.lower().replace(",", " ").split())
    if any(not is_address(f"somebody@{domain}") for domain in domains):
        raise ValueError("each must be the part of an address behind its @, for instance example.gov.uk")
    return domains


def _database(url: str) -> str:
    if not url.startswith("postgresql+asyncpg://"):
        raise ValueError("it must begin with postgresql+asyncpg://")
    return url


def _host_and_port(address: str) -> str:
    host, separator, port = address.rpartition(":")
    if not (separator and host and port.isdecimal()) or "/" in host:
        raise ValueError("it must be host:port, for instance temporal.example.gov.uk:7233")
    return address


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must begin with https:// (or http:// on this machine)")
    return url.rstrip("/")


def _safe_web_address(url: str) -> str:
    address = _web_address(url)
    if not address.startswith("https://") and urlsplit(address).hostname not in _HERE:
        raise ValueError("a token travels with it, so it must begin with https://")
    return address


def _untouched_web_address(url: str) -> str:
    _safe_web_address(url)
    return url


def _mail_address(text: str) -> str:
    if not is_address(parseaddr(text)[1]):
        raise ValueError("it must be one mail address, for instance Virtual School <pep@example.gov.uk>")
    return text


Port = Annotated[int, Field(ge=1, le=65535)]


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the secrets that are given as `PEP_<NAME>_FILE`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._read(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self._read(name) for name in sorted(SECRETS)}
        return {name: text for name, text in found.items() if text is not None}

    def _read(self, name: str) -> str | None:
        variable = variable_of(name)
        path = os.environ.get(f"{variable}_FILE")
        if not path:
            return None
        if os.environ.get(variable):
            raise SettingsError(f"Both {variable} and {variable}_FILE are set. Unset one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(
                f"The file that {variable}_FILE names cannot be read. "
                "Check that it exists and that this user may read it."
            ) from None


class Settings(BaseSettings):
    """The checked surroundings of one process. `load()` reads them; tests and the rehearsal may give them by name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        extra="forbid",
    )

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        repr=False, description="The PostgreSQL database, as postgresql+asyncpg://user:password@host:5432/database"
    )
    temporal_address: Annotated[str, AfterValidator(_host_and_port)] = Field(
        validation_alias=AliasChoices("PEP_TEMPORAL_ADDRESS", "TEMPORAL_ADDRESS"),
        description="The Temporal frontend, as host:port. TEMPORAL_ADDRESS is honoured too",
    )
    temporal_namespace: str = Field("default", description="The Temporal namespace")
    temporal_tls: bool = Field(False, description="Whether Temporal is reached over TLS. Always so with an API key")
    temporal_api_key: SecretStr | None = Field(None, description="The API key of Temporal Cloud")
    task_queue: str = Field("pep", description="The Temporal task queue of the workers")
    encryption_keys: Annotated[Mapping[str, bytes], NoDecode, BeforeValidator(parse_key_ring)] = Field(
        repr=False,
        description="The key ring of what Temporal stores, as id:key,id:key. The first encrypts, all decrypt",
    )
    smtp_host: str = Field(description="The mail server that takes the letters")
    smtp_port: Port = Field(587, description="The port of the mail server")
    smtp_user: str | None = Field(None, description="The user at the mail server, if it asks for one")
    smtp_password: SecretStr | None = Field(None, description="The password of that user")
    smtp_use_tls: bool = Field(True, description="Whether STARTTLS is demanded of the mail server")
    mail_from: Annotated[str, AfterValidator(_mail_address)] = Field(
        description="The sender of the letters, as Virtual School <pep@example.gov.uk>"
    )
    site_url: Annotated[str, AfterValidator(_web_address)] = Field(
        description="The address at which people sign in; every letter links to it"
    )
    data_dir: Path = Field(ROOT / ".pep-data", description="The folder of ./pep up")
    payment_folder: Path = Field(
        default_factory=lambda settings: settings["data_dir"] / "payments", description="The folder for payment files"
    )
    finance_url: Annotated[str, AfterValidator(_safe_web_address)] | None = Field(
        None, description="The finance system. Without it the ledger here books the grants and writes payment files"
    )
    finance_token: SecretStr | None = Field(None, description="The token that the finance system wants")
    oidc_issuer: Annotated[str, AfterValidator(_safe_web_address)] | None = Field(
        None, description="The authority's own identity provider (OpenID Connect), as its issuer address"
    )
    oidc_client_id: str | None = Field(None, description="The name of this service at the identity provider")
    oidc_client_secret: SecretStr | None = Field(None, description="The secret of this service at the provider")
    oidc_name: str | None = Field(None, description="How people know the provider, for the button that leads to it")
    oidc_domains: Annotated[frozenset[str], NoDecode, BeforeValidator(parse_domains)] = Field(
        frozenset(),
        description="The mail domains whose people sign in there and nowhere else, separated by commas",
    )
    web_host: str = Field("127.0.0.1", description="The address on which the pages listen")
    web_port: Port = Field(8700, description="The port on which the pages listen")
    alert_email: Annotated[str, AfterValidator(_mail_address)] | None = Field(
        None, description="Whoever keeps the service running: they are told of what is stuck"
    )
    alert_webhook: Annotated[str, AfterValidator(_untouched_web_address)] | None = Field(
        None, repr=False, description="Where the same is posted as JSON, for a pager or a chat"
    )
    alert_webhook_secret: SecretStr | None = Field(None, description="What those messages are signed with")
    metrics_host: str = Field("127.0.0.1", description="The address on which measurements can be fetched")
    metrics_port: Port | None = Field(None, description="The port of the watch's measurements, for Prometheus")
    worker_metrics_port: Port | None = Field(None, description="The port of a worker's measurements")
    web_metrics_port: Port | None = Field(None, description="The port of the web's measurements")
    otlp_endpoint: Annotated[str, AfterValidator(_safe_web_address)] | None = Field(
        None, description="The OpenTelemetry collector that traces are sent to (OTLP over HTTP), as https://host:4318"
    )
    worker_version: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]{0,64}$", description="The worker's version at Temporal. Without it all are alike"
    )
    release: str = Field("", description="The name of this release on the page Health; without it a stamp of the code")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much the logs say")

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        if self.smtp_user and self.smtp_password is None:
            raise ValueError("PEP_SMTP_USER is set without PEP_SMTP_PASSWORD. Set both or neither.")
        if self.finance_url and self.finance_token is None:
            raise ValueError("PEP_FINANCE_URL is set without PEP_FINANCE_TOKEN. Set both or neither.")
        of_provider = {name: bool(getattr(self, name)) for name in type(self).model_fields if name.startswith("oidc_")}
        if any(of_provider.values()) and not all(of_provider.values()):
            unset = ", ".join(variable_of(name) for name, given in of_provider.items() if not given)
            raise ValueError(f"An identity provider needs all of its settings; not set: {unset}. Set all or none.")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, SecretFiles(settings_cls), env_settings


def load() -> Settings:
    """The settings of this process from its environment. Raises `SettingsError` that names everything that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        sentences = [_sentence(detail) for detail in _causes(error)]
    raise SettingsError("\n".join(sentences))


def _causes(error: ValidationError) -> list[ErrorDetails]:
    """What is wrong, without the defaults that could not be made because something else is wrong."""
    details = error.errors(include_input=False, include_url=False)
    return [detail for detail in details if detail["type"] != "default_factory_not_called"]


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _sentence(detail: ErrorDetails) -> str:
    reason = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return reason
    name = str(detail["loc"][0]).removeprefix(PREFIX).lower()
    variable, meaning = variable_of(name), Settings.model_fields[name].description
    in_a_file = f", or put it in a file and name that in {variable}_FILE" if name in SECRETS else ""
    if detail["type"] == "missing":
        return f"{variable} is not set. {meaning}. Set it{in_a_file}."
    return f"{variable} cannot be used: {reason[0].lower()}{reason[1:]}. {meaning}. Set it anew{in_a_file}."

"""Settings come from the environment or, when secret, from files; what is wrong is named, and no secret is shown."""

import os
from pathlib import Path

import pytest

import settings
from settings import SettingsError

KEY = settings.new_key_ring("k2")
GOOD = {
    "PEP_DATABASE_URL": "postgresql+asyncpg://pep:hush-database@db/pep",
    "PEP_TEMPORAL_ADDRESS": "temporal:7233",
    "PEP_ENCRYPTION_KEYS": KEY,
    "PEP_SMTP_HOST": "mail",
    "PEP_MAIL_FROM": "Virtual School <pep@example.gov.uk>",
    "PEP_SITE_URL": "https://pep.example.gov.uk/",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A whole and right environment, and nothing of ours that happens to be in the developer's."""
    for name in os.environ:
        if name.startswith(("PEP_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    with pytest.raises(SettingsError) as raised:
        settings.load()
    return str(raised.value)


def test_settings_are_read_and_fixed() -> None:
    read = settings.load()
    assert read.database_url == GOOD["PEP_DATABASE_URL"]
    assert (read.task_queue, read.temporal_namespace, read.web_port) == ("pep", "default", 8700)
    assert read.site_url == "https://pep.example.gov.uk"
    assert read.payment_folder == read.data_dir / "payments"
    with pytest.raises(ValueError):
        read.site_url = "https://elsewhere.example"  # type: ignore[misc]


def test_no_secret_is_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PEP_SMTP_USER", "pep")
    environment.setenv("PEP_SMTP_PASSWORD", "hush-mail")
    environment.setenv("PEP_TEMPORAL_API_KEY", "hush-temporal")
    shown = repr(settings.load())
    assert "hush" not in shown
    assert KEY.partition(":")[2] not in shown


def test_a_missing_setting_is_named_with_what_it_means_and_where_it_may_stand(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("PEP_DATABASE_URL")
    environment.setenv("PEP_SITE_URL", "")
    assert refusal() == (
        "PEP_DATABASE_URL is not set. "
        "The PostgreSQL database, as postgresql+asyncpg://user:password@host:5432/database. "
        "Set it, or put it in a file and name that in PEP_DATABASE_URL_FILE.\n"
        "PEP_SITE_URL is not set. The address at which people sign in; every letter links to it. Set it."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PEP_DATABASE_URL", "postgres://pep:hush@db/pep"),
        ("PEP_TEMPORAL_ADDRESS", "http://hush"),
        ("PEP_ENCRYPTION_KEYS", "k1:hush!"),
        ("PEP_ENCRYPTION_KEYS", "k1:aHVzaA=="),
        ("PEP_ENCRYPTION_KEYS", "hush"),
        ("PEP_ENCRYPTION_KEYS", "twice"),
        ("PEP_ENCRYPTION_KEYS", ","),
        ("PEP_SMTP_PORT", "hush"),
        ("PEP_MAIL_FROM", "hush"),
        ("PEP_MAIL_FROM", "Virtual School <hush@localhost>"),
        ("PEP_SITE_URL", "hush.example.gov.uk"),
        ("PEP_FINANCE_URL", "http://hush.example.gov.uk"),
        ("PEP_LOG_LEVEL", "hush"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, f"{KEY},{KEY}" if value == "twice" else value)
    said = refusal()
    assert said.startswith(f"{name} cannot be used: ")
    assert "hush" not in said
    assert "\n" not in said, "one thing is wrong, so one is named"


def test_settings_that_belong_together_are_asked_for_together(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PEP_FINANCE_URL", "https://finance.example.gov.uk")
    assert refusal() == "PEP_FINANCE_URL is set without PEP_FINANCE_TOKEN. Set both or neither."


def test_a_secret_may_stand_in_a_file_but_not_in_two_places(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{KEY}\n{settings.new_key_ring('k1')}\n")
    environment.setenv("PEP_ENCRYPTION_KEYS_FILE", str(file))
    assert refusal() == "Both PEP_ENCRYPTION_KEYS and PEP_ENCRYPTION_KEYS_FILE are set. Unset one of them."
    environment.delenv("PEP_ENCRYPTION_KEYS")
    assert list(settings.load().encryption_keys) == ["k2", "k1"], "the first encrypts"
    file.unlink()
    assert refusal().startswith("The file that PEP_ENCRYPTION_KEYS_FILE names cannot be read.")


def test_temporals_own_variable_is_honoured_after_ours(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TEMPORAL_ADDRESS", "other:7233")
    assert settings.load().temporal_address == "temporal:7233"
    environment.delenv("PEP_TEMPORAL_ADDRESS")
    assert settings.load().temporal_address == "other:7233"


OIDC = {
    "PEP_OIDC_ISSUER": "https://login.example.gov.uk/tenant/v2.0/",
    "PEP_OIDC_CLIENT_ID": "pep",
    "PEP_OIDC_CLIENT_SECRET": "hush-provider",
    "PEP_OIDC_NAME": "Council account",
    "PEP_OIDC_DOMAINS": "Example.gov.uk, schools.example.gov.uk",
}


def test_an_identity_provider_is_named_whole(environment: pytest.MonkeyPatch) -> None:
    for name, value in OIDC.items():
        environment.setenv(name, value)
    read = settings.load()
    assert read.oidc_issuer == "https://login.example.gov.uk/tenant/v2.0"
    assert read.oidc_domains == {"example.gov.uk", "schools.example.gov.uk"}
    assert "hush" not in repr(read)
    for name in OIDC:
        environment.delenv(name)
        assert refusal() == (f"An identity provider needs all of its settings; not set: {name}. Set all or none."), (
            "one is missing"
        )
        environment.setenv(name, OIDC[name])


@pytest.mark.parametrize(
    ("name", "value"),
    [("PEP_OIDC_ISSUER", "http://login.example.gov.uk"), ("PEP_OIDC_DOMAINS", "somebody@example.gov.uk")],
)
def test_a_provider_that_cannot_be_trusted_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    for variable, given in {**OIDC, name: value}.items():
        environment.setenv(variable, given)
    assert refusal().startswith(f"{name} cannot be used: ")


def test_a_webhook_is_kept_as_it_is_and_shown_nowhere(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = tmp_path / "hook"
    address.write_text("https://pager.example/hush-hook/?key=hush\n", encoding="utf-8")
    environment.setenv("PEP_ALERT_WEBHOOK_FILE", str(address))
    environment.setenv("PEP_ALERT_WEBHOOK_SECRET", "hush-signature")
    read = settings.load()
    assert read.alert_webhook == "https://pager.example/hush-hook/?key=hush"
    assert "hush" not in repr(read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PEP_ALERT_WEBHOOK", "http://pager.example/hush"),
        ("PEP_ALERT_EMAIL", "hush"),
        ("PEP_OTLP_ENDPOINT", "http://collector.example:4318/hush"),
        ("PEP_WORKER_VERSION", "hush hush"),
        ("PEP_METRICS_PORT", "hush"),
    ],
)
def test_where_alerts_and_measurements_go_is_checked(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    said = refusal()
    assert said.startswith(f"{name} cannot be used: ")
    assert "hush" not in said

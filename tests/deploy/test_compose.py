"""The production files against what exists: settings, commands, secrets, versions. No container is run here.

docker-compose.yml is read by its lines (no YAML reader is among the dependencies): one key a line, two spaces a level,
lists of one line as JSON.
"""

import importlib.util
import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import settings
from local import binaries
from starter.encryption import KeyRing

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ONCE = ("temporal-schema", "temporal-namespace", "migrate")
FROM_OUR_IMAGE = ("migrate", "worker", "web", "watch")


def block(text: str, key: str, level: int) -> str:
    """What stands under `key:`, without comments."""
    lines = re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).splitlines()
    indent = "  " * level
    start = next(number for number, line in enumerate(lines) if re.match(rf"{indent}{re.escape(key)}:", line))
    rest = lines[start + 1 :]
    inside = next((n for n, line in enumerate(rest) if line.strip() and not line.startswith(indent + " ")), len(rest))
    return "\n".join(rest[:inside])


def keys(text: str, level: int) -> list[str]:
    return re.findall(rf"^{'  ' * level}([\w-]+):", text, flags=re.MULTILINE)


SERVICES = {name: block(block(COMPOSE, "services", 0), name, 1) for name in keys(block(COMPOSE, "services", 0), 1)}
APPLICATION = block(COMPOSE, "x-application", 0)
SETTINGS = dict(re.findall(r"^  (PEP_\w+): (.+)$", block(COMPOSE, "x-settings", 0), flags=re.MULTILINE))


def commands(service: str) -> list[list[str]]:
    """The command and the health check of a service, as words."""
    found = re.findall(r"^ +(?:command|test): (\[.+\])$", SERVICES[service], flags=re.MULTILINE)
    return [[word for word in json.loads(command) if word != "CMD"] for command in found]


def test_the_services_of_the_design_are_all_there() -> None:
    assert set(SERVICES) == {"postgres", "temporal", "temporal-ui", "mail", "worker", "web", "watch", *ONCE}


def test_every_variable_is_a_setting() -> None:
    variables = {settings.variable_of(name) for name in settings.Settings.model_fields}
    files = {f"{settings.variable_of(name)}_FILE" for name in settings.SECRETS}
    assert set(re.findall(r"\bPEP_\w+", COMPOSE)) <= variables | files


def test_every_secret_comes_from_a_file() -> None:
    in_clear = {settings.variable_of(name) for name in settings.SECRETS}
    assert not in_clear & set(re.findall(r"^ +(\w+):", COMPOSE, flags=re.MULTILINE))
    assert not re.search(r"PASSWORD: |_PWD: |_TOKEN: ", COMPOSE)


def test_every_secret_that_is_read_is_granted_and_declared() -> None:
    declared = set(keys(block(COMPOSE, "secrets", 0), 1))
    for service, text in SERVICES.items():
        own = text + (APPLICATION + "\n".join(SETTINGS.values()) if service in FROM_OUR_IMAGE else "")
        scripts = "".join((ROOT / path).read_text(encoding="utf-8") for path in mounted_files(service))
        granted = {name.strip() for names in re.findall(r"secrets: \[(.+)\]", own) for name in names.split(",")}
        assert set(re.findall(r"/run/secrets/(\w+)", own + scripts)) == granted, service
        assert granted <= declared


def mounted_files(service: str) -> Iterator[str]:
    """The files of deploy/ that a service runs or reads."""
    if "./deploy/postgres:" in SERVICES[service]:
        yield "deploy/postgres/10-databases.sql"
    for name in re.findall(r"/deploy/([\w.]+)", SERVICES[service].replace("./deploy/", "")):
        yield f"deploy/temporal/{name}"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    subprocess.run(["sh", ROOT / "deploy" / "make_secrets.sh", folder], check=True, capture_output=True)
    return folder


def test_the_script_makes_every_secret_once_and_keeps_it(secrets: Path) -> None:
    declared = set(keys(block(COMPOSE, "secrets", 0), 1))
    made = {file.name: file.read_text(encoding="utf-8") for file in secrets.iterdir()}
    assert set(made) == declared
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    subprocess.run(["sh", ROOT / "deploy" / "make_secrets.sh", secrets], check=True, capture_output=True)
    assert {file.name: file.read_text(encoding="utf-8") for file in secrets.iterdir()} == made


def test_the_settings_of_the_file_are_accepted_whole(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = dict(re.findall(r"^ +(PEP_\w+): (.+)$", SERVICES["web"], flags=re.MULTILINE))
    for variable, value in (SETTINGS | web).items():
        monkeypatch.setenv(variable, value.strip('"').replace("/run/secrets", str(secrets)))
    given = settings.load()
    assert (secrets / "pep_database_password").read_text(encoding="utf-8") in given.database_url
    assert len(KeyRing(given.encryption_keys).names) == 1
    assert given.web_host == "0.0.0.0"  # noqa: S104  inside the container; the host binds loopback


@pytest.mark.parametrize("service", FROM_OUR_IMAGE)
def test_every_command_exists(service: str) -> None:
    for _python, *words in commands(service):
        if words[0] == "-m":
            assert importlib.util.find_spec(runnable(words[1])), f"python -m {words[1]} has nothing to run"
        elif words[0] != "-c":
            helped = subprocess.run([sys.executable, *words, "--help"], cwd=ROOT, check=False, capture_output=True)
            assert helped.returncode == 0, f"python {' '.join(words)} does not exist"


def runnable(module: str) -> str:
    """What `python -m` runs: a package by its `__main__`."""
    return f"{module}.__main__" if (ROOT / module).is_dir() else module


def test_every_port_is_bound_to_loopback() -> None:
    ports = [port for ports in re.findall(r"ports: (\[.+\])", COMPOSE) for port in json.loads(ports)]
    assert len(ports) == COMPOSE.count("ports:")
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("service", SERVICES)
def test_what_runs_on_is_checked_for_health_and_what_runs_once_is_waited_for(service: str) -> None:
    if service in ONCE:
        assert "restart: on-failure" in SERVICES[service]
        assert re.search(rf"{service}:\n +condition: service_completed_successfully", COMPOSE)
    else:
        assert "healthcheck:" in SERVICES[service]
        assert "restart: unless-stopped" in SERVICES[service]
    waited_for = set(re.findall(r"^      ([\w-]+):\n +condition:", SERVICES[service], flags=re.MULTILINE))
    assert waited_for <= set(SERVICES)


def test_acts_are_taken_while_temporal_is_away() -> None:
    assert "temporal" not in block(SERVICES["web"], "depends_on", 2)


def test_the_watch_starts_while_temporal_is_away() -> None:
    assert "temporal" not in block(SERVICES["watch"], "depends_on", 2)


def test_every_image_is_pinned_to_a_release() -> None:
    images = re.findall(r"image: (\S+)", COMPOSE) + re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert all(re.search(r":v?\d+\.\d+", image) for image in images if image != "pep:local")


def test_temporals_images_are_of_the_release_that_is_tested_here() -> None:
    said = subprocess.run([binaries.temporal(), "--version"], check=True, capture_output=True, text=True).stdout
    server, page = re.findall(r"(?:Server|UI) ([\d.]+)", said)
    assert set(re.findall(r"temporalio/(?:server|admin-tools):(\S+)", COMPOSE)) == {server}
    assert re.findall(r"temporalio/ui:(\S+)", COMPOSE) == [page]


def test_a_stuck_run_shows_after_two_failed_workflow_tasks() -> None:
    text = (ROOT / "deploy/temporal/dynamicconfig.yaml").read_text(encoding="utf-8")
    assert "numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute:\n  - value: 2\n" in text


def test_every_file_that_a_container_reads_exists_and_scripts_are_well_formed() -> None:
    for service in SERVICES:
        for path in mounted_files(service):
            assert (ROOT / path).is_file(), path
    for script in (ROOT / "deploy").rglob("*.sh"):
        subprocess.run(["sh", "-n", script], check=True)


def test_the_image_has_every_room_and_no_other_user_than_its_own() -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE))
    names = {name for names in copied for name in names.split()}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    modules = {path.name for path in ROOT.glob("*.py")}
    assert rooms | modules <= names
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.MULTILINE) == ["pep"]


def test_secrets_never_enter_version_control() -> None:
    assert (ROOT / "deploy/secrets/.gitignore").read_text(encoding="utf-8") == "*\n!.gitignore\n"

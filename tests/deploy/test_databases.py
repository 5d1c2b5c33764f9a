"""The script that prepares an empty PostgreSQL volume, run by a real psql."""

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from local import binaries
from local.postgres import EmbeddedPostgres
from store.database import PAGES, Database
from store.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
async def socket(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The socket of a PostgreSQL on which the script has run."""
    [host] = parse_qs(urlsplit(postgres.url()).query)["host"]
    prepare(host, tmp_path_factory.mktemp("secrets"))
    yield host
    for database in ("product", "temporal", "temporal_visibility"):
        await postgres.drop_database(database)
    psql(host, "pep", "postgres", "--command", "DROP ROLE product, temporal").check_returncode()


def prepare(socket: str, folder: Path) -> None:
    for role in ("pep", "temporal"):
        (folder / f"{role}_database_password").write_text(f"{role}'s word\n", encoding="utf-8")
    text = (ROOT / "deploy/postgres/10-databases.sql").read_text(encoding="utf-8")
    script = folder / "databases.sql"
    # The embedded server's superuser already has the name.
    script.write_text(re.sub(r"\bpep\b", "product", text).replace("/run/secrets", str(folder)), encoding="utf-8")
    psql(socket, "pep", "postgres", "--file", str(script)).check_returncode()


def psql(socket: str, role: str, database: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(binaries.postgres() / "psql"), "--no-psqlrc", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
    place = ["--host", socket, "--username", role, "--dbname", database]
    return subprocess.run([*command, *place, *arguments], check=False, capture_output=True, text=True)


def test_each_database_belongs_to_its_role(socket: str) -> None:
    owners = "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname ~ 'product|temporal' ORDER BY 1"
    found = psql(socket, "pep", "postgres", "--command", owners).stdout.split()
    assert found == ["product|product", "temporal|temporal", "temporal_visibility|temporal"]


@pytest.mark.parametrize(
    ("role", "database", "enters"),
    [
        ("product", "product", True),
        ("temporal", "temporal", True),
        ("temporal", "temporal_visibility", True),
        ("temporal", "product", False),
        ("product", "temporal", False),
        ("product", "temporal_visibility", False),
    ],
)
def test_neither_part_enters_the_others_database(socket: str, role: str, database: str, enters: bool) -> None:
    answer = psql(socket, role, database, "--command", "CREATE TABLE t (); DROP TABLE t")
    assert (answer.returncode == 0) is enters
    assert enters or "permission denied for database" in answer.stderr


def test_the_passwords_are_those_of_the_files_and_are_stored_hashed(socket: str) -> None:
    query = "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%' AND NOT rolsuper ORDER BY 1"
    assert psql(socket, "pep", "postgres", "--command", query).stdout.split() == ["product", "temporal"]


def test_temporal_may_make_the_extension_that_its_search_needs(socket: str) -> None:
    answer = psql(socket, "temporal", "temporal_visibility", "--command", "CREATE EXTENSION btree_gin")
    assert answer.returncode == 0, answer.stderr


async def test_the_product_s_role_migrates_and_reads_behind_row_level_security_without_being_a_superuser(
    postgres: EmbeddedPostgres, socket: str
) -> None:
    assert psql(socket, "product", "product", "--command", "SHOW is_superuser").stdout.split() == ["off"]
    url = postgres.url("product").replace("//pep@", "//product@")
    await upgrade(url)
    database = Database(url)
    try:
        async with database.seen_by(1) as session:
            assert (await session.execute(text("SELECT current_user"))).scalar_one() == PAGES
            assert (await session.execute(text("SELECT count(*) FROM cases"))).scalar_one() == 0
    finally:
        await database.close()

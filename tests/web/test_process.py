"""`python -m web` as it is started for people: what it says, what it never says, and how it ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from local.ports import free_port
from settings import new_key_ring
from store.database import Database
from tests.web.served import until

ROOT = Path(__file__).parents[2]
WORDS = "Wilhelmina"


async def start(environment: dict[str, str]) -> asyncio.subprocess.Process:
    """The process with this environment and nothing of the machine's."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "web",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def environment_of(database: Database, port: int) -> dict[str, str]:
    """Temporal and the mail server are away."""
    return {
        "PEP_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "PEP_TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
        "PEP_ENCRYPTION_KEYS": new_key_ring("test"),
        "PEP_SMTP_HOST": "127.0.0.1",
        "PEP_SMTP_PORT": str(free_port()),
        "PEP_MAIL_FROM": "pep@council.example",
        "PEP_SITE_URL": "http://127.0.0.1",
        "PEP_WEB_PORT": str(port),
        "PEP_LOG_LEVEL": "DEBUG",
    }


async def test_the_process_serves_logs_nobodys_data_and_ends_on_sigterm(database: Database) -> None:
    port = free_port()
    process, wrong = await asyncio.gather(start(environment_of(database, port)), start({"PEP_WEB_PORT": "none"}))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await until(lambda: answers(client), patience=60)
            ready = await client.get("/ready")
            await ask_for_everything(client)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    assert ready.json()["parts"] == {
        "database": "ready",
        "temporal": "unreachable",
        "worker": "unknown",
        "mail": "unreachable",
    }
    text = said.decode()
    assert "POST /api/v1/cases/{child_ref}/acts 401" in text, "the search below would find what is there"
    assert "GET no route 404" in text
    assert '"says": "the web has stopped"' in text
    assert WORDS not in text
    await ends_with_a_sentence(wrong)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/live")).status_code == 200
    except httpx.ConnectError:
        return False


async def ask_for_everything(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {WORDS}", "User-Agent": WORDS, "Referer": f"http://{WORDS}/"}
    act = {"action": "record_voice", "by": "social_worker", "words": WORDS}
    await client.post(f"/api/v1/cases/{WORDS}/acts?why={WORDS}", json=act, headers=headers)
    await client.get(f"/api/v1/cases?stage={WORDS}", headers=headers)
    await client.get(f"/cases/{WORDS}", headers=headers)
    await client.get(f"/{WORDS}?{WORDS}={WORDS}", headers=headers)


async def ends_with_a_sentence(process: asyncio.subprocess.Process) -> None:
    """Settings that are missing or wrong are named, each in a sentence."""
    async with asyncio.timeout(10):
        said, _ = await process.communicate()
    assert process.returncode == 1
    assert b"PEP_DATABASE_URL is not set." in said
    assert b"PEP_WEB_PORT cannot be used" in said
    assert b"Traceback" not in said

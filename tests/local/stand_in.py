"""A small product for the supervisor to run: PostgreSQL, Temporal and mailbox are real, pages only say "ready".

    python stand_in.py up DATA PORT [--empty]     python stand_in.py web|worker|watch

STAND_IN makes it misbehave: `hang` (the demonstration does not come to its end), `hopeless` (the worker ends at once).
"""

import asyncio
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        can_work = self.path == "/ready" and os.environ.get("STAND_IN") != "hopeless"
        self.send_response(200 if can_work else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


async def on_database(url: str, statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def migrate(url: str) -> None:
    await on_database(url, "CREATE TABLE IF NOT EXISTS kept (what text)")


def up(data: str, port: str, *flags: str) -> int:
    from local.supervisor import Say
    from local.up import Product, main
    from settings import Settings

    async def load(settings: Settings, say: Say) -> None:
        await on_database(settings.database_url, "INSERT INTO kept VALUES ('demonstration')")
        say("Loading.")
        if os.environ.get("STAND_IN") == "hang":
            await asyncio.Event().wait()

    async def introduce(_settings: Settings, _mailbox_url: str | None, _say: Say) -> None:
        return

    me = (sys.executable, __file__)
    product = Product(
        worker=(*me, "worker"),
        web=(*me, "web"),
        watch=(*me, "watch"),
        migrate=migrate,
        load_demonstration=load,
        introduce_people=introduce,
    )
    return main(Path(data), int(port), "--empty" in flags, product=product)


def web() -> None:
    HTTPServer((os.environ["PEP_WEB_HOST"], int(os.environ["PEP_WEB_PORT"])), Ready).serve_forever()


def worker() -> None:
    if os.environ.get("STAND_IN") == "hopeless":
        sys.exit(3)
    signal.pause()


if __name__ == "__main__":
    part, *arguments = sys.argv[1:]
    if part == "up":
        sys.exit(up(*arguments))
    {"web": web, "worker": worker, "watch": signal.pause}[part]()

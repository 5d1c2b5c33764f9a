"""The style sheets and scripts. Their addresses hold a hash of their content, so that browsers may keep them."""

import hashlib
import os
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOLDER = Path(__file__).parents[1] / "static"
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class NoSuchFile(Exception):
    """A template names a static file that does not exist."""


@cache
def version() -> str:
    """One hash over every static file: a script may load its neighbour by adding the version of its own address."""
    found = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        found.update(file.relative_to(FOLDER).as_posix().encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


@cache
def static(name: str) -> str:
    """The address of a static file: `/static/epep.css?v=HASH`. Raises NoSuchFile."""
    if not (FOLDER / name).is_file():
        raise NoSuchFile
    return f"/static/{name}?v={version()}"


class Kept(StaticFiles):
    """Serves the files. What is asked for by its present hash may be kept for a year, anything else is asked again."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        response.headers["cache-control"] = _FOR_A_YEAR if asked == [version()] else _ASK_AGAIN
        return response

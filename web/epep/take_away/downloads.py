"""Answers that a browser stores as a file."""

from urllib.parse import quote

from fastapi import Response


def download(content: bytes, media_type: str, name: str) -> Response:
    """The file under its name (RFC 6266), kept by no cache. It is stored, never opened within our pages."""
    return Response(content, media_type=media_type, headers={"content-disposition": disposition(name)})


def disposition(name: str) -> str:
    """The header for a file of that name, with a plain spelling for old browsers."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " -_.()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

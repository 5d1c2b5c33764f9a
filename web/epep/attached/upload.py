"""A file as a browser sends it. It is held in memory only: nothing about a child is written to a disk of ours."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from rules.attachments import LARGEST

_FIELDS = 5


class UnreadableUpload(Exception):
    """What came is no form with one file. Its text is a sentence for who sent it."""

    def __init__(self) -> None:
        super().__init__("Nothing could be read of what was sent. Choose a file and send it again.")


class _InMemory(MultiPartParser):
    spool_max_size = 2 * LARGEST
    """What is smaller is never put into a file; the body limit stops what is larger."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file and the section that it is for. Without a choice of a file, name and content are empty."""

    section: str
    name: str
    content: bytes


async def upload_in(request: Request) -> Upload:
    """The file in a request. Raises UnreadableUpload."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UnreadableUpload
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=_FIELDS).parse()
    except MultiPartException:
        raise UnreadableUpload from None
    try:
        section, file = form.get("section"), form.get("file")
        if not isinstance(section, str) or not isinstance(file, UploadFile):
            raise UnreadableUpload
        return Upload(section, file.filename or "", await file.read())
    finally:
        await form.close()

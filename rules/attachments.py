"""Files that belong to a section of a plan: what may be one, who adds it, who removes it, and when.

A file is judged by what is in it. Its name and what a browser calls it prove nothing.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Collection
from enum import StrEnum

from contracts.people import Role
from contracts.review import BEFORE_THE_MEETING, BEING_COMPLETED, Standing
from rules.findings import Finding

LARGEST = 5 * 1024 * 1024
"""Bytes of one file."""
MOST = 20
"""Files of one review."""
_LONGEST_NAME = 100
_OFFICE_TYPES = "application/vnd.openxmlformats-officedocument"


class FileKind(StrEnum):
    """What may be attached, as its media type."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    DOCX = f"{_OFFICE_TYPES}.wordprocessingml.document"
    XLSX = f"{_OFFICE_TYPES}.spreadsheetml.sheet"
    TEXT = "text/plain"

    @property
    def in_words(self) -> str:
        return _WORDS[self]

    @property
    def ending(self) -> str:
        """What a file's name of this kind ends with."""
        return _ENDINGS[self]


_WORDS = {
    FileKind.PDF: "PDF",
    FileKind.PNG: "picture (PNG)",
    FileKind.JPEG: "picture (JPEG)",
    FileKind.DOCX: "Word document",
    FileKind.XLSX: "Excel workbook",
    FileKind.TEXT: "plain text",
}
_ENDINGS = {
    FileKind.PDF: ".pdf",
    FileKind.PNG: ".png",
    FileKind.JPEG: ".jpg",
    FileKind.DOCX: ".docx",
    FileKind.XLSX: ".xlsx",
    FileKind.TEXT: ".txt",
}
_BEGINS = {
    FileKind.PDF: b"%PDF-",
    FileKind.PNG: b"\x89PNG\r\n\x1a\n",
    FileKind.JPEG: b"\xff\xd8\xff",
}
_ZIP = b"PK\x03\x04"
_MAIN_PARTS = {FileKind.DOCX: "word/document.xml", FileKind.XLSX: "xl/workbook.xml"}
_ENTRY = b"PK\x01\x02"
_MOST_PARTS = 5000
"""Things packed in one document: a long one has some hundred. A list of a hundred thousand takes a second to read, and
nobody else is answered meanwhile."""
_TYPES = "[Content_Types].xml"
_MACROS = "vbaproject.bin"
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MAY_HOLD_FILES = BEFORE_THE_MEETING | BEING_COMPLETED


def kind_of(content: bytes) -> FileKind | None:
    """What a file is by its content; None for what may not be attached, a document with macros among it."""
    for kind, beginning in _BEGINS.items():
        if content.startswith(beginning):
            return kind
    if content.startswith(_ZIP):
        return _office_kind(content)
    return FileKind.TEXT if _is_text(content) else None


def clean_name(name: str, kind: FileKind) -> str:
    """A name that is safe to show and to store: no folders, nothing that turns or hides it, the ending of its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or _is_plain(sign))
    stem = re.sub(r"\s+", " ", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", shown.strip())).strip(" .")
    return f"{stem[:_LONGEST_NAME] or 'file'}{kind.ending}"


def faults_of_file(content: bytes) -> list[Finding]:
    """Why a file is not taken, whoever sends it."""
    if not content:
        return [_form("Choose a file that has something in it.")]
    if len(content) > LARGEST:
        return [_form(f"The file is larger than {LARGEST // 1024 // 1024} MB: make it smaller, or divide it.")]
    if kind_of(content) is None:
        return [
            _form(
                "The file is none that can be attached. Choose a PDF, a PNG or JPEG picture, a Word document or Excel "
                "workbook without macros, or plain text. A file that needs a password cannot be attached."
            )
        ]
    return []


def faults_of_moment(standing: Standing, attached: int) -> list[Finding]:
    """Why this plan takes no file now. `attached` are the files that it has. A4: what was signed stays as it is."""
    if standing.stage not in _MAY_HOLD_FILES:
        return [Finding("ORDER", "The plan is no longer being written, so no file is added to it or taken from it.")]
    if standing.signed:
        words = "Somebody has signed the plan as it is. Send the section again first, which asks for new signatures."
        return [Finding("A4", words)]
    if attached >= MOST:
        return [_form(f"This plan has {MOST} files, which is the most. Remove one that is not needed.")]
    return []


def may_remove(roles: Collection[Role], *, is_theirs: bool) -> bool:
    """Whoever added it, and the Virtual School."""
    return is_theirs or Role.VIRTUAL_SCHOOL in roles


def _form(sentence: str) -> Finding:
    return Finding("FORM", sentence)


def _office_kind(content: bytes) -> FileKind | None:
    """By the names of what is packed in it; nothing is unpacked."""
    if content.count(_ENTRY) > _MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return None
    if _TYPES not in names or any(name.lower().endswith(_MACROS) for name in names):
        return None
    return next((kind for kind, part in _MAIN_PARTS.items() if part in names), None)


def _is_text(content: bytes) -> bool:
    try:
        return not _NOT_IN_TEXT.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _is_plain(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*'

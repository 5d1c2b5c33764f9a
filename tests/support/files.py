"""Files as people attach them, and some that nobody should."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)
TEXT = "Zoë reads well.\r\n\tEvery day.".encode()


def packed(*names: str) -> bytes:
    """A zip with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
TAKEN = {"pdf": PDF, "png": PNG, "jpg": JPEG, "docx": DOCX, "xlsx": XLSX, "txt": TEXT}
NOT_TAKEN = {
    "a program": b"MZ" + bytes(60),
    "a program of another kind": b"\x7fELF" + bytes(60),
    "a picture that runs": b"GIF89a" + bytes(20),
    "any zip": packed("a.txt"),
    "a Word document with macros": packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "a workbook with macros": packed("[Content_Types].xml", "xl/workbook.xml", "xl/VBAPROJECT.BIN"),
    "half a zip": DOCX[:40],
    "a zip behind something else": b"#!/bin/sh\n\x00" + DOCX,
    "an old Word document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
    "text that is not UTF-8": "Zoë".encode("latin-1"),
    "text with a control sign": b"a\x1b[31mb",
}

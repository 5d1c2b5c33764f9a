"""The printer: a document becomes a tagged PDF that a screen reader reads as its author meant it (PDF/UA-1)."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import typst

from web.epep.take_away.document import Document
from web.epep.take_away.glyphs import FONTS

MEDIA_TYPE = "application/pdf"
AT_ONCE = 2
"""So many documents are laid out at a time: it is work for a processor, and pages must not wait for it."""
_PAPER = Path(__file__).parent / "paper.typ"
_printers = asyncio.Semaphore(AT_ONCE)


async def printed(document: Document, now: datetime) -> bytes:
    """The document as PDF/UA-1, dated `now` (UTC). It is laid out beside the event loop."""
    async with _printers:
        return await asyncio.to_thread(_printed, document, now)


def _printed(document: Document, now: datetime) -> bytes:
    return typst.compile(
        _PAPER,
        root=_PAPER.parent,
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(document.as_data())},
        timestamp=now.astimezone(UTC),
    )

"""A document to print, before it is laid out: headings, paragraphs, named facts and tables, all of them plain text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.epep.take_away.glyphs import shown

Block = Mapping[str, Any]
"""One element, in the fields that `paper.typ` reads. Made by the functions below."""


@dataclass(frozen=True, slots=True)
class Document:
    """`title` names it in a reader's window, `heading` on its first page; `subtitle` says whose it is, `note` how and
    when it came to be."""

    title: str
    heading: str
    subtitle: str
    note: str
    blocks: tuple[Block, ...]

    def as_data(self) -> dict[str, Any]:
        """The document as JSON, with every text as the font can show it."""
        blocks = [_shown(block) for block in self.blocks if block.get("rows") != []]
        head = {"title": self.title, "heading": self.heading, "subtitle": self.subtitle, "note": self.note}
        return {**{name: shown(text) for name, text in head.items()}, "blocks": blocks}


def heading(text: str, level: int = 1, *, colour: str = "") -> Block:
    """A heading of level 1 or lower, under the title. A colour is always said in the text as well."""
    return {"kind": "heading", "text": text, "level": level, "colour": colour}


def paragraphs(text: str) -> list[Block]:
    """What somebody wrote, a block for each of its lines that has something in it."""
    return [{"kind": "paragraph", "text": line.strip()} for line in text.splitlines() if line.strip()]


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Names and what they stand for. A fact that nobody gave is left out."""
    return {"kind": "facts", "rows": [[name, text] for name, text in rows if text.strip()]}


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]) -> Block:
    """A table whose first row names its columns; `widths` are in proportion to one another."""
    return {"kind": "table", "header": list(header), "rows": [list(row) for row in rows], "widths": list(widths)}


def to_fill(label: str, hint: str = "", *, lines: int = 1) -> Block:
    """A field on paper: what belongs there, and room for so many written lines."""
    return {"kind": "field", "label": label, "hint": hint, "lines": lines}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {name: _shown(inner) for name, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list) else value

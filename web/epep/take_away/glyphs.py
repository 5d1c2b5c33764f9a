"""Text that the one font of the printed plan can show: what it cannot is said in words, never left out in silence.

PDF/UA refuses a document with a character that has no shape (ISO 14289-1, 7.21.7): one emoji in the child's own words
would keep everybody from printing the plan.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
_REGULAR = FONTS / "LiberationSans-Regular.ttf"
_SILENT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of Unicode that show nothing: controls, halves of pairs, signs that join or turn what is around them."""
_MARKS = frozenset({"Mn", "Me"})
"""Signs that change the one before them, which stands in the text by itself."""


def shown(text: str) -> str:
    """The text as the font can show it. `I like 🐴` becomes `I like [horse face]`."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(_shown(character) for character in whole)


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if character != "\n" and kind in _SILENT:
        return ""
    if character == "\n" or ord(character) in covered():
        return character
    return "" if kind in _MARKS else f"[{unicodedata.name(character, 'a sign that cannot be printed').lower()}]"


@cache
def covered() -> frozenset[int]:
    """Every code point that the font has a shape for, from its own table of characters (OpenType, `cmap`, format 4)."""
    font = _REGULAR.read_bytes()
    start = _table(font, b"cmap")
    for number in range(_number(font, start + 2)):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        if (platform, encoding) == (3, 1):  # Windows, the Basic Multilingual Plane
            return frozenset(_points(font, start + offset))
    return frozenset()


def _table(font: bytes, name: bytes) -> int:
    """Where a table begins."""
    for number in range(_number(font, 4)):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == name:
            return int(offset)
    return 0


def _points(font: bytes, at: int) -> Iterator[int]:
    doubled = _number(font, at + 6)
    ends, starts, deltas, ranges = (at + 14 + more for more in (0, doubled + 2, 2 * doubled + 2, 3 * doubled + 2))
    for segment in range(0, doubled, 2):
        first, last = _number(font, starts + segment), _number(font, ends + segment)
        delta, away = _number(font, deltas + segment), _number(font, ranges + segment)
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = _number(font, ranges + segment + away + 2 * (point - first)) if away else point
            if glyph and (glyph + delta) % 0x10000:
                yield point


def _number(font: bytes, at: int) -> int:
    found: int = struct.unpack_from(">H", font, at)[0]
    return found

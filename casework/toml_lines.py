"""On which line of a TOML file a key stands. The standard library reads TOML, but does not say that."""

import re
from collections import Counter
from collections.abc import Iterator

FilePath = tuple[str | int, ...]
"""The way to a value: `("completion", "amount")`, `("cut_off", 0, "on")`."""
FIRST_LINE = 1

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[\[\]{}\n]|[^#"\'\[\]{}\n]+|.',
    re.DOTALL,
)
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"(\[\[?)[ \t]*({_NAME})[ \t]*\]")
_KEY = re.compile(rf"({_NAME})[ \t]*=")


class Lines:
    """The lines of a text that is TOML. What stands nowhere has the line of the table around it, else the first."""

    def __init__(self, text: str) -> None:
        self._lines: dict[FilePath, int] = {}
        self._seen: Counter[FilePath] = Counter()
        table: FilePath = ()
        for line, statement in _statements(text):
            if header := _HEADER.match(statement):
                table = self._table(header[1], _parts(header[2]))
                self._lines.setdefault(table, line)
            elif key := _KEY.match(statement):
                parts = _parts(key[1])
                for upto in range(1, len(parts) + 1):
                    self._lines.setdefault((*table, *parts[:upto]), line)

    def line_of(self, path: FilePath) -> int:
        """The line of a key, else of the nearest table around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, FIRST_LINE)

    def _table(self, brackets: str, parts: FilePath) -> FilePath:
        """`[[cut_off]]` begins one more entry of a list."""
        if brackets == "[":
            return parts
        self._seen[parts] += 1
        return (*parts, self._seen[parts] - 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and `key = value`, each with the line on which it starts; comments and blank lines left out."""
    line, starts, depth, statement = FIRST_LINE, FIRST_LINE, 0, ""
    for piece in _TOKEN.findall(text + "\n"):
        if piece == "\n" and depth == 0:
            if statement.strip():
                yield starts, statement.strip()
            statement = ""
        elif not piece.startswith("#"):
            starts = line if not statement.strip() else starts
            statement += piece
            depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        line += piece.count("\n")


def _parts(name: str) -> FilePath:
    return tuple(part.strip("\"'") for part in re.findall(_PART, name))

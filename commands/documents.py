"""Pages in `docs/` that are made from the code: written by `./pep docs`, and by `./pep check` compared with it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import settings
from commands.files import write_text
from commands.rules_page import rules_text
from commands.telling import say
from web.openapi import openapi_text

DOCS = settings.ROOT / "docs"


@dataclass(frozen=True, slots=True)
class Document:
    """A generated file, and what it should say."""

    path: Path
    text: Callable[[], str]

    @property
    def is_current(self) -> bool:
        return self.path.exists() and self.path.read_text(encoding="utf-8") == self.text()


def settings_text() -> str:
    """`docs/settings.md`: every setting of `settings.Settings`."""
    rows = [_row(name) for name in settings.Settings.model_fields]
    return "\n".join([*_SETTINGS_HEAD, *rows, ""])


_SETTINGS_HEAD = (
    "# Settings",
    "",
    "Made from `settings.py` by `./pep docs`; `./pep check` says when it has drifted. Every setting is an environment",
    "variable, read once when a process starts. `./pep up` gives all of them itself; one that is set there",
    "already stays, unless a part of its own decides it.",
    "",
    "A setting marked *secret* may stand in a file instead: `PEP_NAME_FILE` names it.",
    "",
    "| variable | default | meaning |",
    "|---|---|---|",
)


def _row(name: str) -> str:
    field = settings.Settings.model_fields[name]
    secret = " *(secret)*" if name in settings.SECRETS else ""
    return f"| `{settings.variable_of(name)}` | {_default(name)} | {field.description}{secret} |"


def _default(name: str) -> str:
    field = settings.Settings.model_fields[name]
    if field.is_required():
        return "**needed**"
    if field.default_factory is not None:
        return "`payments` in the data folder"
    if field.default is None or field.default == frozenset():
        return "none"
    if isinstance(field.default, Path):
        return f"`{field.default.relative_to(settings.ROOT)}`"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


OPENAPI = Document(DOCS / "openapi.json", openapi_text)
SETTINGS = Document(DOCS / "settings.md", settings_text)
RULES = Document(DOCS / "rules.md", rules_text)
ALL = (OPENAPI, SETTINGS, RULES)


def write(*documents: Document) -> None:
    """Write these files anew."""
    for document in documents:
        write_text(document.path, document.text())
        say(f"{document.path.relative_to(settings.ROOT)} is written.")

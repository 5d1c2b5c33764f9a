"""A browser without its window: opens pages, fills their forms in as they stand, and presses their buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

Answers = Mapping[str, str | list[str]]


@dataclass
class Page:
    """What came back, as a person reads it and as a form sends it."""

    status: int
    html: str
    path: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words of the page, in one line."""
        return _Reader(self.html).words

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return _Reader(self.html).errors

    def form(self, path: str) -> "Page":
        """The one of several forms on this page that is sent to that address."""
        _, begins, rest = self.html.partition(f'action="{path}"')
        assert begins, f"no form on this page is sent to {path}"
        inside = rest.partition("</form>")[0].partition(">")[2]
        return Page(self.status, inside, path, _Reader(f"<main>{inside}</main>").fields)


@dataclass
class Browser:
    """One person's browser. The client has their session."""

    client: httpx.AsyncClient

    async def open(self, path: str) -> Page:
        """Follow a link."""
        return _page(await self.client.get(path, follow_redirects=True, headers=NAVIGATION))

    async def send(self, path: str, answers: Answers | None = None, press: str | None = None) -> Page:
        """Open a form, change these answers, and press a button: the main one, unless another is named."""
        return await self.press(await self.open(path), answers, press)

    async def press(self, page: Page, answers: Answers | None = None, press: str | None = None) -> Page:
        """Change these answers in a form that is open, and press a button."""
        typed = {**page.fields, **(answers or {})}
        if press:
            typed["press"] = press
        sent = await self.client.post(page.path, data=typed, follow_redirects=True, headers=NAVIGATION)
        return _page(sent)


NAVIGATION = {"sec-fetch-site": "same-origin", "accept": "text/html"}


def _page(answer: httpx.Response) -> Page:
    reader = _Reader(answer.text)
    return Page(answer.status_code, answer.text, answer.url.raw_path.decode(), reader.fields)


class _Reader(HTMLParser):
    """Reads the words of a page and the fields of its main form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.errors: list[str] = []
        self._words: list[str] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self._main = 0
        self._summary = False
        self._hidden = 0
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._main += tag == "main"
        self._hidden += tag in ("script", "style", "title")
        name = given.get("name")
        if "govuk-error-summary__list" in given.get("class", ""):
            self._summary = True
        if not self._main or (name is None and tag != "option"):
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._textarea, self.fields[str(name)] = name, [""]
        elif tag == "input" and name:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen and given.get("type") != "file":
                self.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._main -= tag == "main"
        self._hidden -= tag in ("script", "style", "title")
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None
        if tag == "ul":
            self._summary = False

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.fields[self._textarea] = [(self.fields[self._textarea][0] + data).removeprefix("\n")]
        if not self._hidden:
            self._words.append(data)
        if self._summary and data.strip():
            self.errors.append(data.strip())

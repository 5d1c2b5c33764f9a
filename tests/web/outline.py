"""What a page of HTML is made of, as far as its promises go: whole, one heading and main part, and nothing inline."""

from html.parser import HTMLParser

import httpx


class Outline(HTMLParser):
    """Which elements a page has, which it forgot to close, and what its policy would not let run."""

    VOID = frozenset({"meta", "link", "br", "wbr", "img", "input", "path", "hr", "circle", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.nonces: list[str | None] = []
        self.title = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        counted = "svg title" if tag == "title" and "svg" in self.open else tag
        self.count[counted] = self.count.get(counted, 0) + 1
        given = dict(attrs)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag == "style" or (tag == "script" and not (given.get("src") or "").startswith("/static/")):
            self.inline.append(tag)
        if tag == "script":
            self.nonces.append(given.get("nonce"))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.inline.append(data)
        if self.open == ["html", "head", "title"]:
            self.title += data


def assert_whole(answer: httpx.Response) -> Outline:
    """Any page of ours, whatever its status: well formed, one heading, kept by nobody, and safe under its policy."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "same-origin")
    outline = Outline(answer.text)
    assert outline.open == []
    assert (outline.count["h1"], outline.count["main"], outline.count["title"]) == (1, 1, 1)
    assert outline.title.endswith(" - Personal Education Plans")
    assert '<html lang="en-GB"' in answer.text
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.inline == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; style-src 'self'; " in policy
    assert "unsafe" not in policy
    assert outline.nonces
    assert {f"script-src 'nonce-{nonce}'" for nonce in outline.nonces} <= set(policy.split("; "))
    return outline

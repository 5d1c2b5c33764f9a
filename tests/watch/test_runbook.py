"""The runbook has a chapter for every class of stuck work, and every chapter that is referred to is there."""

import re
from pathlib import Path

from contracts.problems import ProblemKind
from rules.repair_words import REPAIRS

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
CHAPTERS = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)


def anchor(title: str) -> str:
    """As a page of Markdown names it."""
    return re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")).replace(" ", "-")


def test_every_class_of_stuck_work_has_a_chapter() -> None:
    assert [kind for kind in ProblemKind if not any(f"`{kind.value}`" in title for title in CHAPTERS)] == []


def test_every_chapter_that_is_referred_to_is_there() -> None:
    anchors = {anchor(title) for title in CHAPTERS}
    assert set(re.findall(r"\]\(#([\w-]+)\)", RUNBOOK)) <= anchors
    rules = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
    referred = {title for title in re.findall(r'runbook: "docs/runbook.md: (.+)"', rules) if title[0].isupper()}
    assert {title for title in referred if not any(anchor(one).startswith(anchor(title)) for one in CHAPTERS)} == set()


def test_buttons_are_called_as_on_the_console() -> None:
    buttons = {words.name for words in REPAIRS.values()}
    used = {button for button in buttons if f"**{button}**" in RUNBOOK}
    assert len(used) >= 8

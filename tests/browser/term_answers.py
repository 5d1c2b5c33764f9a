"""What the people of the full term write: invented, whole and valid."""

from typing import Any

ATTAINMENT = "Invented: reads a year below, and has caught up four months since the summer."
WORDS_OF_THE_CHILD = "I like it when Miss reads with me. I want to be a vet."
_BY = "2026-12-18"


def _target(what: str, measure: str, *, subject: str, kind: str = "academic", **more: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "by": _BY,
        "covers": more.pop("covers", ""),
        "subject": subject,
        "what": what,
        "measure": measure,
        "who": "Class teacher",
        "how_often": "Twice a week, 20 minutes",
        "strategies-0-what": "Small group work",
        "evidence": "The weekly quiz sheet",
        **more,
    }


TARGETS = (
    _target(
        "Retell a chapter in three sentences",
        "Four of five retellings are complete",
        subject="English",
        covers="homework",
        drafted_with="Class teacher",
    ),
    _target(
        "Answer the times tables to 12",
        "45 of 60 right in two minutes",
        subject="Maths",
        covers="careers",
        drafted_with="Class teacher",
    ),
    _target(
        "Stay for the whole lunchtime club",
        "8 of 10 sessions",
        subject="Friendships",
        kind="social_emotional",
        childs_words="I want somebody to sit with.",
    ),
)
"""Three targets by their fields on the form. `covers` is one theme, or empty."""
GRANT = (("1", "One-to-one tuition", "350"), ("2", "Maths workbooks", "100"))
"""Lines of the grant: for which target, what, and how many pounds."""

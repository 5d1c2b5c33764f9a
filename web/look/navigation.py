"""The doors that somebody who has signed in sees on every page."""

from typing import Any

DOORS = (("My work", "/work"), ("Children", "/cases"))
"""What stands in the service navigation, in this order."""


def doors_from(path: str) -> list[dict[str, Any]]:
    """The entries as seen from a page, as `govukServiceNavigation` reads them: `current` is this very page, `active`
    this one or one below it."""
    return [
        {"text": text, "href": href, "current": path == href, "active": path.startswith(f"{href}/")}
        for text, href in DOORS
    ]

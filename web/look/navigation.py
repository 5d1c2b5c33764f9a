"""The doors that somebody who has signed in sees on every page."""

from dataclasses import dataclass

DOORS = (("My work", "/work"), ("Children", "/cases"))
"""What stands in the service navigation, in this order."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry, in the fields that the service navigation of GOV.UK Frontend reads."""

    text: str
    href: str
    current: bool
    """This very page."""
    active: bool
    """This page or one below it."""


def doors_from(path: str) -> list[Link]:
    """The entries as seen from a page."""
    return [Link(text, href, path == href, path == href or path.startswith(f"{href}/")) for text, href in DOORS]

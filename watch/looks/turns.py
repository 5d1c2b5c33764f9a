"""Turns: where more runs should be looked at than one walk can, each has one after the other."""

from collections.abc import Collection

MOST_DESCRIBED = 400
"""Runs that one walk looks at one by one: some four seconds of a small machine. The others have the next walk."""


class Turns:
    """Remembers who had the last turn."""

    def __init__(self, most: int = MOST_DESCRIBED) -> None:
        self._most = most
        self._last = ""

    def next(self, names: Collection[str]) -> list[str]:
        """The next of these, in their order, after the last of the walk before."""
        ordered = sorted(set(names))
        if len(ordered) <= self._most:
            return ordered
        after = [name for name in ordered if name > self._last] + [name for name in ordered if name <= self._last]
        chosen = after[: self._most]
        self._last = chosen[-1]
        return chosen

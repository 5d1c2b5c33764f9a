"""What an import did, or why it did nothing."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from casework.csv_file import Fault

log = logging.getLogger(__name__)


class ImportRefusedError(Exception):
    """The file has faults, and nothing of it was stored. Whoever made the file corrects the lines that are named."""

    def __init__(self, faults: tuple[Fault, ...], warnings: tuple[Fault, ...] = ()) -> None:
        super().__init__(f"Nothing was imported: the file has {len(faults)} fault{'s' if len(faults) != 1 else ''}.")
        self.faults = faults
        self.warnings = warnings


@dataclass(slots=True)
class Tally:
    """How many rows of one kind the import met."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, *, new: bool = False, changed: bool = False) -> None:
        if new:
            self.new += 1
        elif changed:
            self.changed += 1
        else:
            self.unchanged += 1


@dataclass(slots=True)
class ImportReport:
    """What an import stored. The main count is of terms or of children; the others are of what goes with them."""

    what: str
    """`terms`, `children` or `closed days`."""
    source_name: str
    at: datetime
    warnings: tuple[Fault, ...] = ()
    tallies: dict[str, Tally] = field(default_factory=dict)
    without_place: int = 0
    """Children of this roll who have no school place: the Virtual School takes the designated teacher's part."""
    not_in_file: int = 0
    """Children in care who are not on this roll: they stay as they are, because leaving care is an act of its own."""

    def tally(self, what: str) -> Tally:
        return self.tallies.setdefault(what, Tally())

    @property
    def new(self) -> int:
        return self.tally(self.what).new

    @property
    def changed(self) -> int:
        return self.tally(self.what).changed

    @property
    def unchanged(self) -> int:
        return self.tally(self.what).unchanged

    @property
    def changes(self) -> int:
        """Everything that is not as it was before; 0 when the same file was imported again."""
        return sum(tally.new + tally.changed for tally in self.tallies.values())

    def log(self) -> None:
        """The import's audit, once it is stored: a line for each kind of row with its number of changes; no name."""
        for what, tally in self.tallies.items():
            log.info(f"an import changed {what}", extra={"count": tally.new + tally.changed})

    def in_words(self) -> list[str]:
        """The report, a sentence for each kind of row."""
        sentences = [
            f"{what}: {tally.new} new, {tally.changed} changed, {tally.unchanged} unchanged."
            for what, tally in self.tallies.items()
        ]
        if self.without_place:
            sentences.append(f"Children of this roll without a school place: {self.without_place}.")
        if self.not_in_file:
            sentences.append(f"Children in care who are not on this roll and stay as they are: {self.not_in_file}.")
        return sentences

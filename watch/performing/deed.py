"""One thing of a repair that is being done, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.problems import ItemResult
from store.watch_tables import RepairItem, RepairRow


@dataclass(frozen=True, slots=True)
class Deed:
    """`again`: a watch that died had begun it. What it did then has to be found out, and is not done twice."""

    repair: RepairRow
    item: RepairItem
    now: datetime
    again: bool = False

    @property
    def name(self) -> str:
        """What Temporal is told of why: it stands there in clear."""
        return f"repair {self.repair.id}.{self.item.number}"

    @property
    def what(self) -> str:
        """The first word of the subject: what kind of thing it is."""
        return self.item.subject.partition(":")[0]

    @property
    def subject_id(self) -> str:
        """The rest of the subject."""
        return self.item.subject.partition(":")[2]

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.repair.parameters


@dataclass(frozen=True, slots=True)
class ThenTry:
    """A step of a workflow; `deed` is all that Temporal is told of why."""

    workflow_id: str
    step: str
    deed: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, with the sentence for whoever asked. `facts` go into the audit: ids, numbers, fixed words."""

    result: ItemResult
    said: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    to_tell: tuple[str, ...] = ()
    """Workflows that are to be told of it; the worker's sweep does it where the watch does not come to it."""
    then_try: ThenTry | None = None
    """What is tried at once, now that what it needs is there."""


def moved_on(said: str, **facts: Any) -> Done:
    """It is done, and that is all that there is to see."""
    return Done(ItemResult.MOVED_ON, said, facts)


def checking(said: str, **facts: Any) -> Done:
    """It is done; whether the step succeeds now is looked at."""
    return Done(ItemResult.CHECKING, said, facts)


def changed(said: str) -> Done:
    """It was not as the preview had shown it; nothing was done."""
    return Done(ItemResult.CHANGED_SINCE, said)


def not_allowed(said: str) -> Done:
    """The rules or the record rule it out; nothing was done."""
    return Done(ItemResult.NOT_ALLOWED, said)


def not_yet(said: str) -> Done:
    """Something else has to come first: it waits, and is taken up again."""
    return Done(ItemResult.WAITING, said)


CHANGED = "It was no longer as the preview showed. Nothing was done."

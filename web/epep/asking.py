"""A form whose answers become one act: what it asks, where it stands, and what is on record already."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from contracts.people import Role
from rules.findings import Finding
from store.drafts import Kept, Place, Typed, find_draft, forget_draft, keep_draft
from web.epep.desk import Desk
from web.forms.fields import Part
from web.forms.reading import Fault, typed_of
from web.forms.sent import LONGEST_KEY, answers_in


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has on record, to be read beside a form."""

    by: str
    """Who wrote it, in words."""
    fields: Mapping[str, Any]
    at: datetime | None = None
    """When, as a UTC instant."""


def _as_it_is(fields: dict[str, Any]) -> dict[str, Any]:
    return fields


@dataclass(frozen=True, slots=True)
class Asked:
    """A form of a case. Its answers go to casework as the act `action`, in one of the roles `by`."""

    key: str
    """Names the form among those of its review: `sign`, `submit/targets`."""
    action: str
    title: str
    parts: tuple[Part, ...]
    button: str
    by: list[Role]
    lead: str = ""
    written: Mapping[str, Any] = field(default_factory=dict)
    """What is on record: the form begins with it."""
    mark: int | None = None
    """The revision of what is read and changed or signed here: if another is the newest when the form comes back,
    nothing is sent and both versions are shown. None where that does not matter."""
    theirs: Written | None = None
    """The version that `mark` is the revision of, for whoever opened an older one."""
    as_act: Callable[[dict[str, Any]], dict[str, Any]] = _as_it_is
    help: Callable[[dict[str, Any]], list[Finding]] | None = None
    """What would be refused as it stands: shown while it is typed."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the page shows around the form."""
    template: str = "epep/act.html"
    destructive: bool = False
    not_now: str = ""
    """Why it cannot be done at this stage: said before anything is typed. What was typed meanwhile the rules answer."""
    done: str = ""
    """The sentence that follows (web/epep/done.py), where it is not the action's."""
    readable: bool = False
    """Whether who cannot do it may still read what is on record."""
    leads_to: str = ""
    """The page of the case that follows once it is sent: `mine`. The visitor's own where nothing is said."""

    @property
    def guarded(self) -> bool:
        return self.mark is not None

    @property
    def first_mark(self) -> int:
        return self.mark or 0


def not_theirs(key: str, action: str, title: str) -> Asked:
    """A form for somebody whose it is not: it asks nothing and shows nothing of the record."""
    return Asked(key=key, action=action, title=title, parts=(), button="Send", by=[])


Asking = Callable[[Desk], Coroutine[Any, Any, Asked]]
"""Makes the form for a case as it stands now."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it lies before somebody: what is typed in it, what it was typed on, and the id of its act."""

    typed: Typed
    read: int
    act_id: str
    saved: bool = False
    """Whether this is a draft from before."""
    faults: tuple[Fault, ...] = ()
    findings: tuple[Finding, ...] = ()


def place_of(desk: Desk, key: str) -> Place:
    """Where the draft of a form belongs: a new term's form begins empty."""
    review = desk.review.plan.review_id if desk.review else "case"
    return Place(desk.visitor.person_id, desk.case.id, f"{review}/{key}"[:LONGEST_KEY])


async def sheet_of(desk: Desk, asked: Asked) -> Sheet:
    """The draft, or else what is on record, or an empty form."""
    draft = await find_draft(desk.session, place_of(desk, asked.key))
    if draft is not None:
        return Sheet(draft.fields, draft.read_revision, draft.act_id, saved=True)
    return Sheet(typed_of(asked.parts, asked.written), asked.first_mark, str(uuid4()))


def sheet_sent(asked: Asked, typed: Typed) -> Sheet:
    """What came back from the browser."""
    read, act_id = next(iter(typed.get("read", ())), ""), next(iter(typed.get("act", ())), "")
    mark = int(read) if read.isdecimal() and len(read) < 10 else asked.first_mark
    return Sheet(typed, mark, act_id if 0 < len(act_id) <= 100 else str(uuid4()))


async def keep(desk: Desk, asked: Asked, sheet: Sheet) -> None:
    """Keep what is typed as a draft."""
    kept = Kept(answers_in(sheet.typed), sheet.read, sheet.act_id, desk.now)
    await keep_draft(desk.session, place_of(desk, asked.key), kept)


async def forget(desk: Desk, asked: Asked) -> None:
    """It was sent, or thrown away."""
    await forget_draft(desk.session, place_of(desk, asked.key))

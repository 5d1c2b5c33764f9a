"""What somebody sends from a session that ran out: kept as their draft, to be found in the same form after signing in.

The cookie proves whose session it was, and a draft is shown to nobody but that person, signed in again.
"""

import re

from fastapi import Request

from contracts.review import Section
from rules.decide import WHO_MAY
from store.caseload import find_seen
from store.drafts import Kept, Place, keep_draft
from web.auth.session import Visitor
from web.dependencies import Office
from web.forms.reading import first
from web.forms.sent import LONGEST_KEY, answers_in, typed_in

_A_MARK = re.compile("[0-9]{1,9}")
FORM_KEYS = frozenset({*(f"submit/{section.value}" for section in Section), *WHO_MAY})
FORM_KEYS |= {"meeting_not_held", "mine", "hand-over"}
"""Every form that keeps a draft: a made-up one would be kept for ever and shown nowhere."""


async def hold(request: Request, office: Office, visitor: Visitor) -> None:
    """Keep the form that came with this request, if it is one of a case that the visitor works with."""
    typed, ref = await typed_in(request), request.path_params.get("child_ref")
    key, read, act_id = (first(typed, name) for name in ("form", "read", "act"))
    if ref is None or not 0 < len(act_id) <= 100 or not _A_MARK.fullmatch(read) or len(key) > LONGEST_KEY:
        return
    if key.partition("/")[2] not in FORM_KEYS:
        return
    now = await office.clock.now()
    async with office.database.seen_by(visitor.person_id) as session:
        seen = await find_seen(session, visitor.person_id, ref)
        if seen is None or key.partition("/")[0] not in {"case", *(one.plan.review_id for one in seen.reviews)}:
            return
        place = Place(visitor.person_id, seen.case.id, key)
        await keep_draft(session, place, Kept(answers_in(typed), int(read), act_id, now))

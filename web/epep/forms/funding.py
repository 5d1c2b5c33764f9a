"""The Virtual School's decision on an application for additional funding (PROCESS.md A12)."""

from typing import Any

from contracts.clock import in_words
from contracts.people import Role
from rules.funding import last_day_to_decide
from rules.grant import pounds
from store.funding import Undecided, undecided
from web.epep.asking import Asked
from web.epep.desk import Desk
from web.forms.fields import Choice, Field, Kind


async def decide_funding(desk: Desk) -> Asked:
    """One of the child's applications is agreed, with its sum, or declined."""
    by = desk.may("decide_funding")
    waiting = await undecided(desk.session, desk.case.id) if by else []
    return Asked(
        key="decide_funding",
        action="decide_funding",
        title="Decide on additional funding",
        parts=(
            Field("application", "Which application?", Kind.CHOICE, choices=tuple(map(_choice, waiting))),
            Field("agreed", "Do you agree?", Kind.YES_NO),
            Field("pence", "How much, if you agree?", Kind.MONEY, needed=False),
            Field("reason", "Why?", rows=3, hint="Whoever applied reads this."),
        ),
        button="Record the decision",
        by=by,
        lead="In exceptional circumstances the Virtual School pays beside the grant. No cap of the grant counts it.",
        written={"application": waiting[0].row.act_id} if len(waiting) == 1 else {},
        as_act=_decision,
        not_now="" if waiting else "No application for additional funding waits for a decision on this child.",
    )


def _decision(values: dict[str, Any]) -> dict[str, Any]:
    """A sum that is typed beside a no is not agreed."""
    return {**values, "pence": values.get("pence", 0) if values["agreed"] else 0}


def _choice(one: Undecided) -> Choice:
    whose, by = Role(one.row.applied_by).in_words, in_words(last_day_to_decide(one.row.decide_by))
    return Choice(
        one.row.act_id, f"{pounds(one.row.asked_pence)}, asked for by the {whose}", f"{one.why} Decide by {by}."
    )


FORMS = {"decide-funding": decide_funding}

"""One case over its years: the sentence, the time line with what is expected, who was told, the payments, every act."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from casework.errors import UnknownCase
from casework.undelivered import MAY_SEE_TO, SEEN_TO
from casework.which import called
from contracts.clock import london_date
from contracts.people import AT_THE_CONSOLE, Role
from rules.coming import coming
from rules.progress import as_of
from rules.sharing import Part
from rules.status import Status, status_before_the_first, status_of
from store.case_story import (
    Told,
    funding_of,
    grants_of,
    held_since,
    repairs_of,
    returns_on,
    sections_sent,
    story_of,
)
from store.letters import letters_of
from store.outbox_tables import Letter
from store.reviews import KeptReview
from web.auth.session import InSession
from web.cases.letters_told import TellingRow, reminders_of, told_rows
from web.cases.money import PaymentRow, payments_of
from web.cases.years import Day, Known, Story, acts_of, for_finance, next_opening, story_of_years
from web.dependencies import InOffice
from web.epep.desk import Desk, at_desk, own_page
from web.epep.done import sentence_of as done_sentence
from web.epep.journal import sentence_of
from web.look.page import page

router = APIRouter()
_SEES_ADDRESSES = frozenset({Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD})
"""They answer for the people who were not told, and mend the address."""
_NOT_YOURS = "This page is for those who work on the plan. What is shared with you is on a page of your own."


@router.get("/cases/{child_ref}/timeline")
async def timeline_page(
    request: Request, child_ref: str, office: InOffice, visitor: InSession, term: str | None = None
) -> Response:
    """Letters and acts are those of the review that the case shows, or of the one that `term` names."""
    async with at_desk(office, visitor, child_ref, "timeline") as desk:
        if own_page(desk.roles):
            facts: dict[str, Any] = {"heading": "This is not shown to you", "sentences": [_NOT_YOURS]}
            return await page(request, "error.html", status=HTTPStatus.FORBIDDEN, **facts)
        facts = await _facts(desk, term)
        return await page(request, "cases/timeline.html", desk=desk, notice=done_sentence(request), **facts)


async def _facts(desk: Desk, term: str | None) -> dict[str, Any]:
    only_money = desk.roles <= {Role.FINANCE}
    reviews = [KeptReview(one.plan, as_of(one.plan, one.standing, desk.now)) for one in await desk.every_review()]
    chosen = _chosen(desk, reviews, term)
    events = await story_of(desk.session, desk.case.id)
    letters = await letters_of(desk.session, chosen.plan.review_id) if chosen and not only_money else []
    known = await _known(desk)
    return {
        "only_money": only_money,
        "chosen": chosen,
        "case_status": await _status(desk, chosen, letters),
        "held": await held_since(desk.session, desk.case.id),
        "opening": _opening(desk),
        "story": await _story(desk, reviews, events, known, only_money=only_money),
        "told": _told(desk, letters, events),
        "may_see_to": bool(desk.roles & set(MAY_SEE_TO)),
        "payments": await _payments(desk, reviews, only_money=only_money),
        "acts": _acts(desk, chosen, events, known) if chosen and not only_money else [],
    }


def _chosen(desk: Desk, reviews: list[KeptReview], term: str | None) -> KeptReview | None:
    """Raises UnknownCase for a term that this child has no review of."""
    if term is None:
        return desk.review
    found = called(reviews, term)
    if found is None:
        raise UnknownCase
    return found


async def _status(desk: Desk, chosen: KeptReview | None, letters: list[Letter]) -> Status:
    """Always of the review that the case shows now."""
    if desk.review is None:
        return status_before_the_first(london_date(desk.case.opens_at) if desk.case.opens_at else None)
    if chosen is None or chosen.plan.review_id != desk.plan.review_id:
        letters = await letters_of(desk.session, desk.plan.review_id)
    return status_of(desk.plan, desk.standing, desk.now, reminders_of(letters))


def _opening(desk: Desk) -> Day | None:
    """When the next review opens, and that it does."""
    opens_at = desk.case.opens_at
    if opens_at is None or opens_at <= desk.now or not desk.case.in_care:
        return None
    return next_opening(desk.case.opens_term, london_date(opens_at))


async def _known(desk: Desk) -> Known:
    """Nothing for who sees no plan."""
    sections = await sections_sent(desk.session, desk.case.id) if desk.share else {}
    return Known(sections, await returns_on(desk.session, desk.case.id) if Part.RECORD in desk.share.parts else {})


async def _story(desk: Desk, reviews: list[KeptReview], events: list[Told], known: Known, *, only_money: bool) -> Story:
    if only_money:
        return story_of_years(reviews, for_finance(events), [], known, {})
    expected = {one.plan.review_id: coming(one.plan, one.standing, desk.now) for one in desk.reviews}
    return story_of_years(reviews, events, await repairs_of(desk.session, desk.case.id), known, expected)


def _told(desk: Desk, letters: list[Letter], events: list[Told]) -> list[TellingRow]:
    seen_to_by = {one.facts["letter"]: one.by for one in events if one.what == SEEN_TO}
    return told_rows(letters, seen_to_by, desk.now, shows_addresses=bool(desk.roles & _SEES_ADDRESSES))


async def _payments(desk: Desk, reviews: list[KeptReview], *, only_money: bool) -> list[PaymentRow]:
    sees_funding = Part.FUNDING in desk.share.parts or only_money or bool(desk.roles & AT_THE_CONSOLE)
    return payments_of(
        reviews,
        await grants_of(desk.session, desk.case.id),
        await funding_of(desk.session, desk.case.id) if sees_funding else [],
        shows_school=not desk.roles <= AT_THE_CONSOLE,
        shows_evidence=Role.FINANCE in desk.roles,
    )


def _acts(desk: Desk, chosen: KeptReview, events: list[Told], known: Known) -> list[tuple[datetime, str, str | None]]:
    """When, what and by whom, and where it is to be read."""
    is_shown = desk.review is not None and chosen.plan.review_id == desk.plan.review_id
    found = []
    for event in acts_of(events, chosen.plan.review_id):
        section = known.sections.get(event.facts.get("act", ""))
        way = None
        if section is not None and section in desk.share.sections:
            way = (
                f"{desk.path}/sections/{section.value}" if is_shown else f"{desk.path}/plan?term={chosen.plan.term.key}"
            )
        found.append((event.at, sentence_of(event, known.sections) or "", way))
    return found

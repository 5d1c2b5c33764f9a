"""The pages of those whose life it is: the young person's, the carer's and the IRO's, and the screen handed over."""

from uuid import uuid4

from fastapi import APIRouter, Request, Response

from contracts.people import Role
from web.auth.session import InSession
from web.dependencies import InOffice
from web.epep.asking import Asked, not_theirs
from web.epep.desk import Desk, at_desk
from web.epep.done import sentence_of
from web.epep.doors import THEY_ARE_HEARD, doors_of
from web.epep.sending import open_form, send_form
from web.epep.shared_plan import SharedPlan, shared_plan
from web.epep.showing import not_theirs_page
from web.forms.fields import Field
from web.look.page import page

router = APIRouter()
_OWN_WAYS = frozenset({"give_views", "agree", "raise_concern", "answer_invitation", "sign"})
"""What a carer does from their page, each where it is possible now."""


async def mine(desk: Desk) -> Asked:
    """The young person's own page: a form that asks what they want to say, and around it their plan."""
    if Role.YOUNG_PERSON not in desk.roles:
        return not_theirs("mine", "give_views", "The young person's own page")
    shared = await shared_plan(desk, {Role.YOUNG_PERSON})
    return Asked(
        key="mine",
        action="give_views",
        title="My plan for school",
        parts=(Field("words", "What do you want to say?", rows=7),),
        button="Send",
        by=[Role.YOUNG_PERSON],
        facts={"shared": shared, "agree_id": str(uuid4()), "signs": _to_sign(desk)},
        template="epep/mine.html",
        leads_to="mine",
    )


def _to_sign(desk: Desk) -> bool:
    """Whether the young person's signature is asked for now: where the policy says so (A4)."""
    asked = any(door.action == "sign" for door in doors_of(desk))
    return asked and Role.YOUNG_PERSON not in desk.standing.signed


async def hand_over(desk: Desk) -> Asked:
    """The screen in the young person's hands: their plan, and their words recorded by who lent it (B9)."""
    by = desk.may("record_voice")
    stage = desk.review.standing.stage if desk.review else None
    if not by or stage not in THEY_ARE_HEARD:
        return not_theirs("hand-over", "record_voice", "Hand the screen to the young person")
    shared = await shared_plan(desk, {Role.YOUNG_PERSON})
    return Asked(
        key="hand-over",
        action="record_voice",
        title="My plan for school",
        parts=(Field("words", "What do you want to say?", rows=7),),
        button="Save what I said",
        by=by[:1],
        facts={"shared": shared},
        template="epep/hand_over.html",
        leads_to="hand-over",
    )


@router.get("/cases/{child_ref}/mine")
async def my_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The young person's own page."""
    return await open_form(request, office, visitor, child_ref, mine, reads="mine")


@router.post("/cases/{child_ref}/mine")
async def i_say(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """What the young person said."""
    return await send_form(request, office, visitor, child_ref, mine)


@router.get("/cases/{child_ref}/hand-over")
async def lent_screen(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The same plan on the screen of the social worker or the teacher, in the meeting."""
    return await open_form(request, office, visitor, child_ref, hand_over, reads="hand-over")


@router.post("/cases/{child_ref}/hand-over")
async def said_on_a_lent_screen(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """What the young person said there."""
    return await send_form(request, office, visitor, child_ref, hand_over)


@router.get("/cases/{child_ref}/shared")
async def shared_page(request: Request, child_ref: str, office: InOffice, visitor: InSession) -> Response:
    """The carer's page, and the IRO's, who only reads."""
    async with at_desk(office, visitor, child_ref, "shared") as desk:
        readers = desk.roles & {Role.CARER, Role.IRO}
        if not readers:
            asked = not_theirs("shared", "give_views", "The carer's page")
            return await not_theirs_page(request, desk, asked)
        shared = await shared_plan(desk, readers)
        ways = [door for door in doors_of(desk) if door.action in _OWN_WAYS and _is_open(desk, door.action, shared)]
        return await page(request, "epep/shared.html", desk=desk, shared=shared, ways=ways, notice=sentence_of(request))


def _is_open(desk: Desk, action: str, shared: SharedPlan) -> bool:
    """What the stage allows and something else does not: nobody is asked for what would be refused."""
    match action:
        case "agree":
            return bool(shared.aims.targets)
        case "raise_concern":
            return bool(shared.targets)
        case "answer_invitation":
            return shared.meeting is not None and shared.meeting.invited
        case "sign":
            return Role.CARER not in desk.standing.signed
    return True

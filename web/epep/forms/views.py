"""What the carer and the young person say themselves: their views, and that they agree (PROCESS.md B9, A4)."""

from contracts.people import Role
from web.epep.aims import Aims, aims_of
from web.epep.asking import Asked, Written, not_theirs
from web.epep.desk import Desk
from web.forms.fields import Field

_WRITER = f"the {Role.DESIGNATED_TEACHER.in_words}"


async def give_views(desk: Desk) -> Asked:
    """What the carer or the young person wants to say."""
    return Asked(
        key="give_views",
        action="give_views",
        title="Say what you think",
        parts=(Field("words", "What do you want to say?", rows=8),),
        button="Send",
        by=desk.may("give_views"),
        lead="Your words become part of the plan. The social worker, the school and the Virtual School read them.",
    )


async def agree(desk: Desk) -> Asked:
    """The carer or the young person agrees to the targets as they are on the screen."""
    title, by = "Agree to the targets", desk.may("agree")
    known = await aims_of(desk, desk.review, desk.share)
    if not by or not known.targets:
        return not_theirs("agree", "agree", title)
    return Asked(
        key="agree",
        action="agree",
        title=title,
        parts=(Field("words", "Do you want to add something?", needed=False, hint="You can leave this empty."),),
        button="I agree with the targets",
        by=by,
        lead="Your agreement becomes part of the plan. If a target is changed later, you can say again what you think.",
        mark=known.revision,
        theirs=_on_record(known),
        facts={"targets": known.targets},
        template="epep/agree.html",
    )


def _on_record(known: Aims) -> Written:
    return Written(_WRITER, {f"target {one['number']}": one["what"] for one in known.targets}, known.at)


FORMS = {"give-views": give_views, "agree": agree}

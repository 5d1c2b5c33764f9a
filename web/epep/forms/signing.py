"""Signing, and checking what pastoral staff drafted (PROCESS.md A4, B14)."""

from web.epep.asking import Asked
from web.epep.desk import Desk
from web.forms.fields import Field, Kind, choices_of

_SIGNERS = choices_of(
    social_worker="Social worker",
    designated_teacher="Designated teacher",
    carer="Carer",
    young_person="Young person",
)


async def content_mark(desk: Desk) -> int:
    """The revision of the newest content: who signs, signs what was on the screen and nothing newer."""
    written = await desk.written()
    return max((one.revision for one in written), default=0)


async def sign(desk: Desk) -> Asked:
    """A party signs the plan as it is on the screen."""
    return Asked(
        key="sign",
        action="sign",
        title="Sign the plan",
        parts=(),
        button="Sign",
        by=[role for role in desk.may("sign") if role not in desk.standing.signed],
        lead="By signing you agree to the targets and to everything in the plan. If anything in it is changed later, "
        "every signature is asked for again.",
        mark=await content_mark(desk),
        facts={"reads_plan": True},
    )


async def proxy_sign(desk: Desk) -> Asked:
    """A signature that is missing for good reason."""
    return Asked(
        key="proxy_sign",
        action="proxy_sign",
        title="Sign for somebody",
        parts=(
            Field("for", "For whom?", Kind.CHOICE, choices=_SIGNERS),
            Field("reason", "Why can they not sign, and who allowed it?"),
        ),
        button="Sign for them",
        by=desk.may("proxy_sign"),
        lead="Only where a signature is missing for good reason.",
        mark=await content_mark(desk),
        facts={"reads_plan": True},
    )


async def check_targets(desk: Desk) -> Asked:
    """The designated teacher has checked what pastoral staff drafted."""
    return Asked(
        key="check_targets",
        action="check_targets",
        title="Check the targets",
        parts=(),
        button="The targets are right",
        by=desk.may("check_targets"),
        lead="Pastoral staff drafted these targets. Only a teacher sets targets: read all three. If one is not right, "
        "change it in the section and send it yourself.",
        mark=await content_mark(desk),
        facts={"reads_plan": True},
    )


FORMS = {"sign": sign, "proxy-sign": proxy_sign, "check-targets": check_targets}

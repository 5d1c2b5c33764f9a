"""Steps of workflows: tried now, held, released."""

from starter.hands import Held, Tried
from watch.parts import Parts
from watch.performing.deed import Deed, Done, changed, checking, moved_on, not_allowed
from watch.performing.payments import paying_step

_GONE = "The step is not there any more: it has succeeded, or its run has ended. Nothing was done."
_NO_STEP = "No step tries this payment at present. An engineer starts the run anew from the record. Nothing was done."


async def try_step(parts: Parts, deed: Deed) -> Done:
    """A failing step does not wait for its turn; its attempts are counted on."""
    tried = await parts.hands.try_now(_workflow(deed), deed.item.run_id, _step(deed), deed.name)
    return _after(tried, changed(_GONE))


async def try_payment(parts: Parts, deed: Deed) -> Done:
    """The step that pays looks the payment up, and goes on from there; nothing is paid twice."""
    workflow_id = deed.item.workflow_id
    if workflow_id is None:
        return not_allowed(_NO_STEP)
    tried = await parts.hands.try_now(workflow_id, None, paying_step(workflow_id), deed.name)
    return _after(tried, not_allowed(_NO_STEP))


def _after(tried: Tried, gone: Done) -> Done:
    match tried:
        case Tried.TRIED:
            return checking("The step is being tried.")
        case Tried.IN_HAND:
            return checking("The step was being tried at that moment; nothing had to be done.")
        case Tried.ON_HOLD:
            return not_allowed("The step is on hold; release it first. Nothing was done.")
        case Tried.GONE:
            return gone


async def hold(parts: Parts, deed: Deed) -> Done:
    """The step is not tried until it is released."""
    match await parts.hands.hold(_workflow(deed), deed.item.run_id, _step(deed), deed.name):
        case Held.DONE:
            return moved_on("The step is on hold. An attempt that was under way comes to its end.")
        case Held.ALREADY:
            return changed("The step was on hold already. Nothing was done.")
        case Held.GONE:
            return changed(_GONE)


async def release(parts: Parts, deed: Deed) -> Done:
    """A step that is on hold is tried again."""
    match await parts.hands.release(_workflow(deed), deed.item.run_id, _step(deed)):
        case Held.DONE:
            return checking("The step is released, and being tried.")
        case Held.ALREADY:
            return checking("The step is not on hold; whether it succeeds is looked at.") if deed.again else _not_held()
        case Held.GONE:
            return changed(_GONE)


def _not_held() -> Done:
    return changed("The step was not on hold. Nothing was done.")


def _workflow(deed: Deed) -> str:
    return deed.subject_id.rpartition(":")[0]


def _step(deed: Deed) -> str:
    return deed.subject_id.rpartition(":")[2]

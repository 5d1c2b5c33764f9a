"""Runs: started anew from the record, taken back, ended. It is always the very run that was previewed."""

from contracts.ids import cycle_workflow_id, review_workflow_id
from repairs.wanted import is_wanted
from starter.hands import Ended
from store.messages import last_stored
from watch.parts import Parts
from watch.performing.deed import Deed, Done, changed, checking, moved_on, not_allowed

_ANOTHER_RUN = "Another run goes on there by now than the one that was previewed. Nothing was done."
_ENDED = "The run had ended already, and not by this repair. Nothing was done."


async def restart(parts: Parts, deed: Deed) -> Done:
    """End the run and start the workflow from what PostgreSQL has. Nothing is paid or sent twice: the record knows."""
    workflow_id = workflow_of(deed)
    if not await _wanted(parts, workflow_id):
        return not_allowed("The record has nothing that this run should do: end it instead. Nothing was done.")
    current = await parts.hands.current_run(workflow_id)
    frozen = deed.item.run_id
    if not deed.again and None not in (current, frozen) and current != frozen:
        return changed(_ANOTHER_RUN)
    if current is not None and (frozen is None or current == frozen):
        await parts.hands.terminate(workflow_id, current, deed.name)
    await restarted(parts, workflow_id)
    run_id = await parts.hands.current_run(workflow_id)
    return checking("The run was ended and started anew from the record.", workflow=workflow_id, run=run_id)


async def reset(parts: Parts, deed: Deed) -> Done:
    """Take the run back to the end of its first, or its last completed, step; what it was told is told again."""
    workflow_id, frozen = workflow_of(deed), deed.item.run_id
    if frozen is None:
        return changed(_ENDED)
    to_first = deed.parameters["event"] == "first"
    after = await parts.hands.reset(workflow_id, frozen, to_first=to_first, deed=deed.name)
    if after.run_id is None:
        return changed(_ENDED)
    if not after.made and after.run_id == frozen:
        return not_allowed("There is no earlier point in this run to go back to. Start it anew instead.")
    if not after.made and not deed.again:
        return changed(_ANOTHER_RUN)
    return checking("The run was taken back, and goes on from there.", workflow=workflow_id, run=after.run_id)


async def end(parts: Parts, deed: Deed) -> Done:
    """End a run that should not be there."""
    workflow_id, run_id = workflow_of(deed), deed.item.run_id
    if await _wanted(parts, workflow_id):
        return not_allowed("The record wants this run: start it anew, or take it back. Nothing was done.")
    if run_id is None:
        return not_allowed("It is not known which run this is. Look at the problem again. Nothing was done.")
    ended = await parts.hands.terminate(workflow_id, run_id, deed.name)
    return moved_on("The run has ended.", workflow=workflow_id, run=run_id) if ended is Ended.DONE else changed(_ENDED)


async def restarted(parts: Parts, workflow_id: str) -> None:
    """Start a workflow from the record; one that runs is left alone."""
    async with parts.database.transaction() as session:
        await parts.starter.restart(session, workflow_id, await last_stored(session, workflow_id))


def workflow_of(deed: Deed) -> str:
    """The workflow that a thing is about."""
    match deed.what:
        case "review":
            return review_workflow_id(deed.subject_id)
        case "cycle":
            return cycle_workflow_id(deed.subject_id)
    return deed.item.workflow_id or deed.subject_id


async def _wanted(parts: Parts, workflow_id: str) -> bool:
    async with parts.database.transaction() as session:
        return await is_wanted(session, workflow_id)

"""Acts of the sample's child that the Virtual School takes back."""

from casework.take import Answer
from store.tables import StoredAct
from tests.support.reviews import VS
from tests.support.taken import Desk


async def newest(desk: Desk, action: str) -> str:
    """The id of the newest act of a kind."""
    acts = [act for act in await desk.rows(StoredAct) if act.action == action]
    return str(max(acts, key=lambda act: int(act.id.removeprefix("act-"))).id)


async def takes_back(desk: Desk, act: str) -> Answer:
    return await desk.does(VS, "correct", act=act, reason="It was another child's.")


async def why_not(desk: Desk, act: str) -> str:
    """Why an act cannot be taken back; nothing has changed."""
    before = await desk.stored()
    answer = await desk.take(VS, "correct", act=act, reason="It was another child's.")
    assert [finding.rule for finding in answer.findings] == ["ORDER"]
    assert await desk.stored() == before
    return answer.findings[0].sentence

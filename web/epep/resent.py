"""A form that comes back after it was sent: the same once more is one act, something else is an act of its own."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from store.acts import find_act
from web.epep.desk import Desk


async def under_own_id(desk: Desk, act: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The act, and whether it was taken before.

    A page that the browser kept still has the id of what was sent from it. Other answers under that id would count as
    the first ones once more (ACTS.md), and the new words would be gone: so they get another id, which is the same
    however often they are sent.
    """
    earlier = await find_act(desk.session, act["id"])
    if earlier is None:
        return dict(act), False
    if _said(earlier.body) == _said(act):
        return dict(act), True
    another = {**act, "id": str(uuid5(NAMESPACE_URL, f"{act['id']} {_said(act)}"))}
    return another, await find_act(desk.session, another["id"]) is not None


async def was_sent(desk: Desk, act_id: str) -> bool:
    """Whether something was sent under this id."""
    return await find_act(desk.session, act_id) is not None


def _said(act: Mapping[str, Any]) -> str:
    """What an act says, without the id and the revision under which it came."""
    return json.dumps({name: value for name, value in act.items() if name not in ("id", "seen")}, sort_keys=True)

"""Who is at the console: for everybody else its pages do not exist. And how the service is while they look."""

from contracts.people import AT_THE_CONSOLE, STAFF_ROLES, Role
from repairs.desk import Operator
from repairs.seeing import condition_now
from rules.repairs import may_approve, may_ask
from rules.service_state import Condition
from store.staff import roles_anywhere
from web.absent import nothing_here
from web.auth.session import Visitor
from web.dependencies import Office

_STAFF = frozenset(STAFF_ROLES)


def at_the_console(visitor: Visitor) -> Operator:
    """The operator or engineer who asks. Raises HTTPException (404) for everybody else."""
    if not visitor.everywhere & AT_THE_CONSOLE:
        raise nothing_here()
    return Operator(visitor.person_id, visitor.everywhere)


def of_the_authority(visitor: Visitor) -> Operator:
    """Somebody with a role for the whole authority who may ask for a repair or agree to one. Raises HTTPException."""
    if not (may_ask(visitor.everywhere) or may_approve(visitor.everywhere)):
        raise nothing_here()
    return Operator(visitor.person_id, visitor.everywhere)


async def at_repairs(office: Office, visitor: Visitor) -> Operator:
    """Somebody who may ask for repairs or agree to them, also on single cases only. Raises HTTPException (404)."""
    async with office.database.seen_by(visitor.person_id) as session:
        roles = await roles_anywhere(session, visitor.person_id)
    if not (may_ask(roles) or may_approve(roles)):
        raise nothing_here()
    return Operator(visitor.person_id, roles)


async def condition(office: Office) -> Condition:
    """Whether Temporal, the worker and the watch are there, as PostgreSQL last heard of them: for whoever may ask."""
    async with office.database.transaction() as session:
        return await condition_now(session, await office.clock.now())


def is_of_the_whole_authority(roles: frozenset[Role]) -> bool:
    """Whether PostgreSQL shows problems to somebody: a role on single cases is not enough."""
    return bool(roles & _STAFF)

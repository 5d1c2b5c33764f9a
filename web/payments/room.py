"""Who is let in: finance does, the Virtual School reads. For everybody else these pages do not exist."""

from urllib.parse import quote

from contracts.people import Role
from web.absent import nothing_here
from web.auth.session import Visitor

_READS = frozenset({Role.FINANCE, Role.VIRTUAL_SCHOOL, Role.VIRTUAL_SCHOOL_HEAD})


def reading(visitor: Visitor) -> bool:
    """Whether this person may also make and approve. Raises HTTPException (404) for who may not even read."""
    if not visitor.everywhere & _READS:
        raise nothing_here()
    return Role.FINANCE in visitor.everywhere


def paying(visitor: Visitor) -> None:
    """Raises HTTPException (404) for whoever is not finance."""
    if Role.FINANCE not in visitor.everywhere:
        raise nothing_here()


def address_of(key: str) -> str:
    """The page of a payment. A key has no `!`, and an address of one step has no `/`."""
    return f"/payments/{quote(key.replace('/', '!'), safe='!')}"


def key_in(address: str) -> str:
    """The key in such an address."""
    return address.replace("!", "/")

"""What does not exist for somebody: what is not theirs is answered like what is not there."""

from http import HTTPStatus

from starlette.exceptions import HTTPException

_LARGEST = 2**31 - 1


def nothing_here() -> HTTPException:
    """What is not for somebody does not exist for them."""
    return HTTPException(HTTPStatus.NOT_FOUND)


def known(number: int) -> int:
    """A number as PostgreSQL can hold it. Raises HTTPException (404): there is nothing with a larger one."""
    if not 0 < number <= _LARGEST:
        raise nothing_here()
    return number

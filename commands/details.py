"""`./pep details`: what the Virtual School or an operator knows of a case and no act carries."""

from collections.abc import Iterator
from pathlib import Path

from casework.details import Details, UnfitSchoolError, details_of, set_details
from casework.errors import UnknownCase
from commands.errors import UsageError
from commands.service import opened
from commands.telling import say

_NOTHING = Details()


def wanted(*, restricted: bool | None, also_at: str | None, not_also_at: bool) -> Details:
    """What was asked for on the command line. Raises UsageError for a second school that is given and taken at once."""
    if also_at is not None and not_also_at:
        raise UsageError("--also-at and --not-also-at say the opposite of each other; give one of them.")
    dual = True if also_at is not None else False if not_also_at else None
    return Details(restricted, dual, also_at.strip() if also_at is not None else None)


async def details(child: str, asked: Details, data: Path | None) -> None:
    """Set what is asked for, tell whoever follows it, and print what holds.

    Raises UsageError for an unknown child or school.
    """
    async with opened(data) as service:
        now = await service.clock.now()
        try:
            async with service.database.transaction() as session:
                if asked == _NOTHING:
                    held = await details_of(session, child)
                else:
                    held = await set_details(session, child, asked, now)
        except (UnknownCase, UnfitSchoolError) as error:
            raise UsageError(str(error)) from None
        if asked != _NOTHING:
            await service.tell_what_waits()
    for line in _in_words(child, held, hides=bool(asked.address_restricted)):
        say(line)


def _in_words(child: str, held: Details, *, hides: bool) -> Iterator[str]:
    if held.address_restricted:
        yield f"{child}: the address is restricted. Invitations do not say where a meeting is."
    else:
        yield f"{child}: the address is not restricted. Invitations say where a meeting is."
    if hides:
        yield "An invitation that was sent before may say it: ask the social worker what to do about that meeting."
    if held.second_school is None:
        yield f"{child}: on the roll of one school."
    else:
        yield f"{child}: also on the roll of {held.second_school}. Meetings fall on days on which both are open."

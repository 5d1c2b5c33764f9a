"""What else has changed when calendars have: who follows the authority's terms, and whom a new bank holiday touches."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from store.calendars import calendar_of_authority, codes_around, codes_without_terms, raise_versions


async def all_changed(
    session: AsyncSession,
    changed: Collection[str],
    new_holidays: Collection[date] = (),
    *,
    authority_moved: bool = False,
) -> list[str]:
    """Every calendar that is no longer as it was, in order, for the hook of an import.

    `changed` are those whose versions the import has raised already. A calendar with a term around a new bank holiday,
    and one without terms of its own after a change of the authority's, get a new version here. `authority_moved` says
    that the authority has just taken another calendar.
    """
    touched = set(changed) | await codes_around(session, new_holidays)
    if authority_moved or (touched and await calendar_of_authority(session) in touched):
        touched |= await codes_without_terms(session)
    await raise_versions(session, touched - set(changed))
    return sorted(touched)

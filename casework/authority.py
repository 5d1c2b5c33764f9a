"""The authority whose children these are: set up once, with its Virtual School's addresses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework.calendar_changes import all_changed
from casework.imports import TermsHook
from casework.readdressing import follow_the_roles
from rules.addresses import NOT_ONE, is_address
from store.authority import keep_authority
from store.bank_holidays import seed
from store.calendars import UnknownCalendarError, calendar_of_authority, known_codes
from store.cases import lock_case
from store.database import Database
from store.letters import cases_with_untried
from store.roll import one_import_at_a_time


class UnfitAddressError(ValueError):
    """No letter can be sent to such an address. The sentence says whose it is and what to do; it does not repeat it."""


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """`demonstration` labels every page and letter of an invented authority."""

    name: str
    virtual_school_email: str
    virtual_school_head_email: str | None = None
    iro_email: str | None = None
    demonstration: bool = False
    calendar: str | None = None
    """The authority's own term dates, for schools whose dates nobody knows; None leaves it as it is."""


async def set_up(
    database: Database,
    details: AuthorityDetails,
    *,
    on_new_terms: TermsHook | None = None,
    now: datetime | None = None,
) -> None:
    """Store the authority and England's bank holidays; doing it again changes what differs.

    `on_new_terms` is told of the calendars that are now others, in the transaction: schools without term dates of their
    own follow the authority's. With `now` (UTC) letters that wait for its people go to the new ones. Raises
    `UnknownCalendarError` for a calendar that is not there, and `UnfitAddressError`.
    """
    _check_addresses(details)
    async with database.transaction() as session:
        await one_import_at_a_time(session)
        new_holidays = await seed(session)
        moved = await _takes_another_calendar(session, details.calendar)
        await keep_authority(
            session,
            name=details.name,
            virtual_school_email=details.virtual_school_email,
            virtual_school_head_email=details.virtual_school_head_email,
            iro_email=details.iro_email,
            demonstration=details.demonstration,
            **({} if details.calendar is None else {"calendar": details.calendar}),
        )
        if now is not None:
            for case_id in await cases_with_untried(session):
                await follow_the_roles(session, await lock_case(session, case_id), now)
        changed = await all_changed(session, [], new_holidays, authority_moved=moved)
        if changed and on_new_terms is not None:
            await on_new_terms(session, changed)


def _check_addresses(details: AuthorityDetails) -> None:
    addresses = {
        "the Virtual School": details.virtual_school_email,
        "the head of the Virtual School": details.virtual_school_head_email,
        "the independent reviewing officers": details.iro_email,
    }
    for whose, address in addresses.items():
        if address is not None and not is_address(address):
            raise UnfitAddressError(f"The address of {whose} is {NOT_ONE}.")


async def _takes_another_calendar(session: AsyncSession, code: str | None) -> bool:
    """Whether schools without term dates of their own follow others than so far. Where none were named they may be the
    same, of most schools, and are named all the same: only that says which schools are in the area."""
    if code is None:
        return False
    if code not in await known_codes(session):
        raise UnknownCalendarError(code)
    return await calendar_of_authority(session) != code

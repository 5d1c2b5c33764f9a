"""The authority whose children these are: set up once, with its Virtual School's addresses."""

from dataclasses import dataclass

from store.authority import keep_authority
from store.bank_holidays import seed
from store.database import Database


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """`demonstration` labels every page and letter of an invented authority."""

    name: str
    virtual_school_email: str
    virtual_school_head_email: str | None = None
    iro_email: str | None = None
    demonstration: bool = False


async def set_up(database: Database, details: AuthorityDetails) -> None:
    """Store the authority and England's bank holidays; doing it again changes what differs."""
    async with database.transaction() as session:
        await seed(session)
        await keep_authority(
            session,
            name=details.name,
            virtual_school_email=details.virtual_school_email,
            virtual_school_head_email=details.virtual_school_head_email,
            iro_email=details.iro_email,
            demonstration=details.demonstration,
        )

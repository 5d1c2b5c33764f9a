"""What is on record of the grant in a financial year: what was signed off, paid, corrected, and is on its way.

A plan is approved in the year of the sign-off that released its grant or kept it; its money counts in the year in which
it is paid. The two can lie on different sides of 31 March, and a paid plan can be signed off again years later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clock import end_of, start_of
from contracts.review import GrantState
from rules.figures.as_of import AsOf
from rules.financial_year import first_day_of, last_day_of
from store.figures import MoneyRow, corrections_between, payments_between, sign_offs_between


@dataclass(frozen=True, slots=True)
class GrantEntries:
    """A financial year's entries by the end of a day, over all reviews, in the order of storing."""

    signed: Sequence[MoneyRow]
    signed_before: Sequence[MoneyRow]
    """In the year before: what of it waits to be paid is paid in this year. What was released longer ago and never
    arrived is not coming."""
    paid: Sequence[MoneyRow]
    paid_before: Sequence[MoneyRow]
    corrected: Sequence[MoneyRow]
    extra: Sequence[MoneyRow]
    """Additional funding that was paid (A12)."""

    def approved(self) -> list[MoneyRow]:
        """The newest sign-off of each plan whose grant was released or kept in this year, and not in one before."""
        kept_before = {row.review_id for row in self.signed_before if row.grant == GrantState.KEPT}
        anew = {
            row.review_id
            for row in self.signed
            if row.grant != GrantState.PAID and (row.grant != GrantState.KEPT or row.review_id not in kept_before)
        }
        return [row for row in _newest(self.signed) if row.review_id in anew]

    def on_its_way(self) -> list[MoneyRow]:
        """The sign-offs that released a grant which was not paid since."""
        arrived = {row.review_id for row in (*self.paid_before, *self.paid)}
        newest = _newest((*self.signed_before, *self.signed))
        return [row for row in newest if row.grant == GrantState.RELEASING and row.review_id not in arrived]


async def grant_entries(session: AsyncSession, year: int, as_of: AsOf) -> GrantEntries:
    """The entries of a year by the end of a day."""
    before, first = start_of(first_day_of(year - 1)), start_of(first_day_of(year))
    until = min(end_of(as_of.day), end_of(last_day_of(year)))
    return GrantEntries(
        signed=await sign_offs_between(session, first, until),
        signed_before=await sign_offs_between(session, before, first),
        paid=await payments_between(session, "grant", first, until),
        paid_before=await payments_between(session, "grant", before, first),
        corrected=await corrections_between(session, first, until),
        extra=await payments_between(session, "funding", first, until),
    )


def _newest(rows: Sequence[MoneyRow]) -> list[MoneyRow]:
    return list({row.review_id: row for row in rows}.values())

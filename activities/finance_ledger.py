"""The embedded finance system: books payments in PostgreSQL and writes a payment file that an authority can load."""

import asyncio
import logging
from datetime import date
from pathlib import Path

from activities.finance import PaymentAnswer, PaymentDiffers, PaymentOrder, PaymentOutcome
from activities.payment_file import file_name, write_payment_file
from contracts.clock import Clock, end_of, london_date, start_of
from store import payments
from store.database import Database
from store.money_tables import Payment

_log = logging.getLogger(__name__)


class LedgerFinance:
    """The default FinanceSystem. `accepted` means booked, and in the file of the London day on which it was booked."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder

    async def pay(self, payment: PaymentOrder) -> PaymentAnswer:
        """Book once, then write the day's file. Raises PaymentDiffers for a key that was booked otherwise."""
        now = await self._clock.now()
        line = Payment(
            key=payment.key,
            school_urn=payment.school_urn,
            case_ref=payment.case_ref,
            academic_year=payment.academic_year,
            term=payment.term,
            pence=payment.pence,
            booked_at=now,
        )
        async with self._database.transaction() as session:
            booked = await payments.book(session, line)
        if _as_order(booked) != payment:
            raise PaymentDiffers
        return await self._filed(booked)

    async def look_up(self, key: str) -> PaymentAnswer:
        """A line that was booked without reaching its file, because this process was killed between, reaches it now."""
        async with self._database.transaction() as session:
            booked = await payments.find(session, key)
        return PaymentAnswer(PaymentOutcome.NOT_FOUND) if booked is None else await self._filed(booked)

    async def _filed(self, booked: Payment) -> PaymentAnswer:
        day = london_date(booked.booked_at)
        try:
            await self._write_file(day)
        except OSError:
            _log.warning("A payment is booked but its file could not be written. Check the payment folder.")
            return PaymentAnswer(PaymentOutcome.UNKNOWN)
        return PaymentAnswer(PaymentOutcome.ACCEPTED, file_name(day), booked.pence)

    async def _write_file(self, day: date) -> None:
        """Under the day's lock, so that the last to write has seen every line.

        Whoever is cut off while writing has not been answered yet: it comes back, looks up, and writes the file again.
        """
        async with self._database.transaction() as session:
            await payments.lock_payment_file(session, day)
            lines = await payments.booked_between(session, start_of(day), end_of(day))
            await asyncio.to_thread(write_payment_file, self._folder, day, [_as_order(line) for line in lines])


def _as_order(line: Payment) -> PaymentOrder:
    return PaymentOrder(line.key, line.school_urn, line.case_ref, line.academic_year, line.term, line.pence)

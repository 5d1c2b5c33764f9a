"""Tells an address that was corrected that it was: who did not expect it hears of it, whoever had agreed.

It leaves after the correction and holds nothing up. Where the address takes nothing, which is why it was corrected,
nobody is told.
"""

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr

from post.address_changed_mail import AddressChanged, compose
from post.smtp import Outcome
from repairs.keys import address_in
from rules.flood import pause_after
from starter.encryption import KeyRing
from store.address_notices import end_notice, notices_due, put_off_notice
from store.cases import the_authority
from store.tables import Authority
from store.watch_tables import AddressNotice
from watch.parts import Parts

GIVES_UP_AFTER = timedelta(days=5)
"""As letters do."""
log = logging.getLogger("watch.telling_old_addresses")


class TellingOldAddresses:
    """A round of the watch that leads. After a crash in the middle of a sending the same mail goes again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keys = KeyRing(parts.settings.encryption_keys)
        self._sender = parseaddr(parts.settings.mail_from)[1]

    async def walk(self) -> None:
        """Send what is due."""
        now = await self._parts.clock.now()
        async with self._parts.database.transaction() as session:
            due, authority = await notices_due(session, now), await the_authority(session)
        for notice in due:
            await self._tell(notice, authority, now)

    async def _tell(self, notice: AddressNotice, authority: Authority | None, now: datetime) -> None:
        outcome = await self._send(notice, authority)
        is_over = outcome is not Outcome.TRY_AGAIN or now - notice.at >= GIVES_UP_AFTER
        if outcome not in (Outcome.ACCEPTED, Outcome.MAYBE_ACCEPTED):
            log.warning("an old address could not be told", extra={"error_type": outcome.value})
        async with self._parts.database.transaction() as session:
            if is_over:
                await end_notice(session, notice.repair_id)
            else:
                await put_off_notice(session, notice.repair_id, now + pause_after(notice.attempts + 1))

    async def _send(self, notice: AddressNotice, authority: Authority | None) -> Outcome:
        try:
            address = address_in(self._keys, notice.sealed_address)
            facts = AddressChanged(
                number=notice.repair_id,
                sender=self._sender,
                recipient=address,
                authority_name=authority.name if authority else None,
                is_demonstration=authority is not None and authority.demonstration,
                dated=notice.at,
            )
            message = compose(facts).as_bytes()
        except Exception as error:  # a key that is gone, an address that no mail can name: it keeps no other one
            log.error("a mail to an old address cannot be written", extra={"error_type": type(error).__name__})
            return Outcome.TRY_AGAIN
        return (await self._parts.post.deliver(self._sender, address, message)).outcome

"""Sign-in codes: six digits, and the mail that brings them."""

import asyncio
import logging
import secrets
from datetime import datetime
from email.utils import parseaddr

from post.sign_in_mail import SignInCode, compose
from post.smtp import Outcome, Patience, SmtpPost
from store.sign_ins import HOLDS
from web.look.signboard import Owner

DIGITS = 6
PATIENCE = Patience(opening=10.0, step=10.0, until_sent=30.0, last_reply=60.0)
"""Somebody waits for this mail; who waits longer asks for another code."""
_SECOND_TRY_AFTER = 3.0
log = logging.getLogger(__name__)


def new_code() -> str:
    """Six random digits, the first of which may be 0."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digits_of(typed: str) -> str:
    """A code as it was meant: people copy blanks and hyphens with it."""
    return "".join(character for character in typed if character.isascii() and character.isdigit())


class CodePost:
    """Sends codes, each with a second try. Of `sender` only the address is used."""

    def __init__(self, post: SmtpPost, sender: str, *, second_try_after: float = _SECOND_TRY_AFTER) -> None:
        self._post, self._sender = post, parseaddr(sender)[1]
        self._second_try_after = second_try_after

    async def send(self, email: str, code: str, owner: Owner, now: datetime) -> None:
        """Mail a code. Nobody waits for the outcome: what fails twice is logged, without the address or the code."""
        facts = SignInCode(
            code=code,
            minutes=int(HOLDS.total_seconds() // 60),
            sender=self._sender,
            recipient=email,
            authority_name=owner.name,
            is_demonstration=owner.demonstration,
            dated=now,
        )
        try:
            await self._send(email, compose(facts).as_bytes())
        except Exception as error:  # it runs after the answer: nobody else would see it
            log.error("a sign-in code cannot be written", extra={"error_type": type(error).__name__})

    async def _send(self, email: str, message: bytes) -> None:
        outcome = (await self._post.deliver(self._sender, email, message)).outcome
        if outcome is Outcome.TRY_AGAIN:
            await asyncio.sleep(self._second_try_after)
            outcome = (await self._post.deliver(self._sender, email, message)).outcome
        if outcome is not Outcome.ACCEPTED:
            log.warning("a sign-in code may not have arrived", extra={"error_type": outcome.value})

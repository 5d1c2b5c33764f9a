"""What an e-mail address is: one rule for acts, rolls, settings and the mail itself.

What a door takes, mail must be able to use: a letter to an address that only the door knows is lost without a word.
"""

import re

LONGEST = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
NOT_ONE = "not an e-mail address like name@school.example; use plain letters and digits, without accents or blanks"
"""What is wrong with an address that is none and what to do: the end of a sentence, without the address itself."""
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST_LABEL = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+{_LAST_LABEL}")


def is_address(text: str) -> bool:
    """Whether it is one bare ASCII address: no display name, comment, quote, blank or control character.

    Stricter than RFC 5321 on purpose: a lenient parser may read an odd address as somebody else's, and a mail server
    need not take letters that are not ASCII (RFC 6531).
    """
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None

"""Unique pupil numbers: thirteen characters whose first is a check letter over the other twelve.

Source: DfE, "Unique pupil numbers", https://www.gov.uk/government/publications/unique-pupil-numbers. A UPN is a check
letter, local authority (3 digits), establishment (4), year of allocation (2) and serial number (3); a temporary one
ends in a letter.
"""

import re

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""I, O and S are left out: they look like digits."""
_SHAPE = re.compile(rf"[{_LETTERS}][0-9]{{11}}[0-9{_LETTERS}]")

# fmt: off
_AREAS = (
    (201, 213), (301, 320), (330, 336), (340, 344), (350, 359), (370, 373), (380, 384), (390, 394), (420, 420),
    (660, 681),  # Wales
    (800, 803), (805, 808), (810, 813), (815, 816), (820, 823), (825, 826), (830, 831), (835, 841), (845, 846),
    (850, 852), (855, 857), (860, 861), (865, 874), (876, 896), (908, 909), (916, 916), (919, 919), (921, 921),
    (925, 926), (928, 929), (931, 931), (933, 933), (935, 938), (940, 943),
)
# fmt: on
"""Local authorities that allocate or have allocated UPNs. New ones come, so that an unknown one is only a warning."""


def why_no_upn(upn: str) -> str | None:
    """Why a text cannot be a UPN, as a sentence without the text itself; None when it can."""
    if not _SHAPE.fullmatch(upn):
        return "upn is not 13 characters long, a check letter (never I, O or S), 11 digits and a last digit or letter"
    if upn[0] != check_letter(upn[1:]):
        return "the check letter of the upn does not fit its digits, so a character is wrong"
    return None


def check_letter(rest: str) -> str:
    """The check letter for the twelve characters after it: weights 2 to 13, modulo 23."""
    return _LETTERS[sum(weight * _value(character) for weight, character in enumerate(rest, 2)) % 23]


def has_known_area(upn: str) -> bool:
    """Whether the three digits after the check letter name a local authority of England or Wales."""
    area = int(upn[1:4])
    return any(first <= area <= last for first, last in _AREAS)


def _value(character: str) -> int:
    return int(character) if character.isdigit() else _LETTERS.index(character)

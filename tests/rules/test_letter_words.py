"""Every letter has its words, and every answer of a mail server has a reason that a person understands."""

import pytest

from contracts.people import Role
from rules.ladder import Kind
from rules.letter_words import LETTERS, REMINDERS, reader_in_words, why_not_delivered


def test_every_kind_of_letter_is_called_something_and_no_two_the_same() -> None:
    assert set(LETTERS) == set(Kind)
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert set(LETTERS) > REMINDERS


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, "could not be reached"),
        (421, "is busy"),
        (450, "is busy"),
        (452, "mailbox is full"),
        (454, "put it off"),
        (550, "does not exist"),
        (552, "mailbox is full"),
        (554, "does not accept it"),
        (599, "does not accept it"),
    ],
)
def test_an_answer_is_told_by_its_class(code: int | None, words: str) -> None:
    assert words in why_not_delivered(code)


def test_who_is_only_invited_is_a_reader_too() -> None:
    assert reader_in_words(Role.VIRTUAL_SCHOOL_HEAD) == "head of the Virtual School"
    assert [reader_in_words(one) for one in ("parent", "receiving_setting")] == [
        "parent",
        "receiving school or college",
    ]

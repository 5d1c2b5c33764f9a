"""What is typed stands in the form again as it was typed, whatever it is, and nothing of it is read as HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.forms.fields import Field, Kind, choices_of
from web.forms.reading import Fault
from web.forms.showing import ShownField, show

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
MARK = "\ue0001\ue001"
"""What stands for a date's day while the component is made."""


class Answers(HTMLParser):
    """The values of the inputs, the content of the textareas, and every element there is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: list[str] = []
        self.elements: set[str] = set()
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self._inside = tag == "textarea"
        if self._inside:
            self.values.append("")
        if tag == "input":
            self.values.append(dict(attrs).get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.values[-1] += data


def shown(field: Field, typed: dict[str, list[str]], *faults: Fault) -> ShownField:
    (only,) = show([field], typed, faults)
    assert isinstance(only, ShownField)
    return only


@pytest.mark.parametrize("kind", [Kind.WORDS, Kind.NAMES, Kind.LINE, Kind.EMAIL, Kind.TIME, Kind.MONEY])
@given(text=TEXT)
@example(text="</textarea><script>alert(1)</script>")
@example(text='" onfocus="alert(1)')
@example(text=MARK)
@example(text="\\1 \\g<0>")
def test_a_text_comes_back_as_it_was_typed(kind: Kind, text: str) -> None:
    answers = Answers(shown(Field("words", "Words", kind), {"words": [text]}).html)
    assert answers.values == [text]
    assert answers.elements <= {"div", "label", "textarea", "input"}


@given(day=TEXT, month=TEXT, year=TEXT)
@example(day=MARK, month="\ue0002\ue001", year="<b>")
def test_the_parts_of_a_date_stay_in_their_places(day: str, month: str, year: str) -> None:
    typed = {"on-day": [day], "on-month": [month], "on-year": [year]}
    assert Answers(shown(Field("on", "On", Kind.DAY), typed).html).values == [day, month, year]


def test_one_answer_is_not_another_s() -> None:
    """The components are made once; the answers are not."""
    field = Field("words", "Words")
    first, second = (shown(field, {"words": [text]}).html for text in ("of one child", "of another"))
    assert "of one child" in first
    assert "of one child" not in second
    assert "of one child" not in shown(field, {}).html


def test_a_fault_and_a_choice_are_seen_where_they_are() -> None:
    field = Field("kind", "Kind", Kind.CHOICE, choices=choices_of(a="A", b="B"))
    wrong = shown(field, {}, Fault("kind", "Choose one.")).html
    assert "Choose one." in wrong
    assert "checked" not in wrong
    chosen = shown(field, {"kind": ["b"]}).html
    assert 'value="b" checked' in " ".join(chosen.split())
    assert "Choose one." not in chosen

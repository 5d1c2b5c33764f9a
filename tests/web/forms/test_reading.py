"""What a browser sends becomes the act, and what is on record becomes what a browser would send."""

import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.review import Section
from rules.contents import read_content
from web.epep import section_fields
from web.forms.fields import Choice, Field, Kind, Lines, choices_of
from web.forms.reading import Fault, pence, read, typed_of
from web.forms.showing import ShownLines, show

TEXT = st.text(string.ascii_letters + " ’£é\n", min_size=1, max_size=40).map(str.strip).filter(bool)
LINE = TEXT.map(lambda text: " ".join(text.split()))
TARGET = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["academic", "social_emotional"]),
        "subject": LINE,
        "what": TEXT,
        "measure": LINE,
        "by": st.dates(date(2020, 1, 1), date(2045, 12, 31)).map(date.isoformat),
        "strategies": st.lists(
            st.fixed_dictionaries({"what": LINE, "kind": st.sampled_from(["school", "pupil_premium"])}),
            min_size=1,
            max_size=8,
        ),
        "drafted_with": st.lists(LINE, min_size=1, max_size=3),
        "covers": st.lists(st.sampled_from(["homework", "careers"]), unique=True, min_size=1)
        .map(sorted)
        .map(lambda themes: [one for one in ("homework", "careers") if one in themes]),
    }
)


@given(st.lists(TARGET, min_size=3, max_size=3))
def test_targets_that_are_on_record_come_back_as_they_were(targets: list[dict[str, Any]]) -> None:
    parts = section_fields.targets(transition=False)
    stored = {"targets": [{"number": number, **target} for number, target in enumerate(targets, 1)]}
    values, faults = read(parts, typed_of(parts, stored))
    assert faults == []
    assert values == stored
    assert not isinstance(read_content(Section.TARGETS, values), list)


@given(st.lists(st.tuples(st.integers(1, 3), LINE, st.integers(0, 10_000_000)), max_size=20))
def test_M5_every_penny_of_a_grant_s_lines_is_kept(lines: list[tuple[int, str, int]]) -> None:
    parts = section_fields.grant([Choice(str(number), "") for number in (1, 2, 3)])
    stored = {"lines": [{"target": target, "what": what, "pence": sum_} for target, what, sum_ in lines]}
    values, faults = read(parts, typed_of(parts, stored))
    assert (values, faults) == (stored, [])


@given(st.dictionaries(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3), max_size=10))
def test_nothing_that_a_browser_can_send_breaks_a_form(typed: dict[str, list[str]]) -> None:
    for parts in (section_fields.targets(transition=True), section_fields.grant([]), *section_fields.WORDS.values()):
        read(parts, typed)
        show(parts, typed)


@pytest.mark.parametrize(
    ("text", "whole"),
    [("300", 30000), ("£300", 30000), ("1,500.5", 150050), (" 12.05 ", 1205), ("0", 0), ("0.29", 29), ("4.35", 435)],
)
def test_money_is_whole_pence_however_people_write_it(text: str, whole: int) -> None:
    assert pence(text, "Cost") == whole


@pytest.mark.parametrize("text", ["", "a lot", "-5", "1.234", "99999999", "1e3", "٣٠٠", "5 pounds"])
def test_what_is_no_sum_is_asked_for_again(text: str) -> None:
    field = Field("cost", "Cost", Kind.MONEY)
    values, faults = read([field], {"cost": [text]})
    assert values == {}
    assert [fault.name for fault in faults] == ["cost"]
    assert "“Cost”" in faults[0].sentence


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("31", "2", "2026"), "“Day” must be a real date: day, month and year, such as 14 10 2026."),
        (("", "2", "2026"), "“Day” must be a real date: day, month and year, such as 14 10 2026."),
        (("", "", ""), "Fill in “Day”."),
    ],
)
def test_what_is_no_date_is_asked_for_again(typed: tuple[str, str, str], sentence: str) -> None:
    sent = {f"on-{part}": [text] for part, text in zip(("day", "month", "year"), typed, strict=True)}
    assert read([Field("on", "Day", Kind.DAY)], sent) == ({}, [Fault("on", sentence)])


@pytest.mark.parametrize(("text", "time"), [("14:00", "14:00"), ("9.05", "09:05"), ("24:00", None), ("2pm", None)])
def test_a_time_is_on_the_24_hour_clock(text: str, time: str | None) -> None:
    values, faults = read([Field("time", "Time", Kind.TIME)], {"time": [text]})
    assert values == ({"time": time} if time else {})
    assert bool(faults) == (time is None)


def test_lines_with_nothing_in_them_are_left_out_and_kept_in_their_order() -> None:
    lines = Lines("actions", "Actions", "Action", (Field("what", "What", Kind.LINE), Field("owner", "Who", Kind.LINE)))
    typed = {"actions-0-what": [" "], "actions-2-what": ["lend a laptop"], "actions-2-owner": ["the SENCO"]}
    values, faults = read([lines], typed)
    assert values == {"actions": [{"what": "lend a laptop", "owner": "the SENCO"}]}
    assert faults == []
    shown = show([lines], {**typed, "press": ["add:actions"]})[0]
    assert isinstance(shown, ShownLines)
    assert len(shown.rows) == 4


def test_an_answer_that_nobody_offered_is_none() -> None:
    field = Field("kind", "Kind", Kind.CHOICE, choices=choices_of(a="A"))
    assert read([field], {"kind": ["b"]}) == ({}, [Fault("kind", "Choose an answer for “Kind”.")])

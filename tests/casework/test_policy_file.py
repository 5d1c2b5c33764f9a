"""A policy file is read whole, or every fault is told with the line of what is wrong (PROCESS.md, Numbers)."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.import_report import ImportRefusedError
from casework.policy_file import DEFAULT, SHIPPED, read_policy, shipped_default
from contracts.policy import Policy, Span, Unit

TEXT = DEFAULT.read_text(encoding="utf-8")
FILES = sorted(SHIPPED.glob("*.toml"))


def faults(text: str | bytes) -> list[str]:
    """Every fault of a file, as it is printed; none for a file that is right."""
    try:
        read_policy(text if isinstance(text, bytes) else text.encode())
    except ImportRefusedError as error:
        return [str(fault) for fault in error.faults]
    return []


def line_of(text: str, piece: str) -> int:
    """The line on which this stands first."""
    return text[: text.index(piece)].count("\n") + 1


def changed(table: str, **values: str) -> tuple[str, int]:
    """The default file with other values in a table; with the line of the last of them."""
    lines, line = TEXT.splitlines(), 0
    start = lines.index(f"[{table}]")
    for key, value in values.items():
        line = next(n for n in range(start, len(lines)) if lines[n].startswith(f"{key} = "))
        lines[line] = f"{key} = {value}"
    return "\n".join(lines) + "\n", line + 1


def with_more(*tables: str) -> tuple[str, int]:
    """The default file with tables added; with the line on which the last of them begins."""
    text = TEXT
    for table in tables:
        line = text.count("\n") + 2
        text += f'\n{table}\nsource = "a test"\n'
    return text, line


def test_the_default_file_says_the_guidances_numbers_and_asks_for_a_check_in() -> None:
    policy = shipped_default().policy
    assert policy.check_in == Span(6, Unit.WEEK)
    assert policy.academic_year == "2026/27"
    assert replace(policy, name="guidance", academic_year="", check_in=None) == Policy()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_file_is_right_and_each_number_has_a_source(file: Path) -> None:
    content = file.read_text(encoding="utf-8")
    assert faults(content) == []
    tables = re.findall(r"^\[+(\w+)\]", content, flags=re.MULTILINE)
    assert len(re.findall(r'^source = ".{20,}"$', content, flags=re.MULTILINE)) == len(tables)


def test_the_four_other_authorities_are_there() -> None:
    assert {file.stem.split("-")[0] for file in FILES} == {
        "enfield",
        "gateshead",
        "lancashire",
        "coventry",
        "cambridgeshire",
    }


@pytest.mark.parametrize(
    ("table", "key", "value", "reason"),
    [
        ("completion", "amount", '"7"', "completion.amount must be a whole number."),
        ("completion", "amount", "7.5", "completion.amount must be a whole number."),
        ("completion", "amount", "true", "completion.amount must be a whole number."),
        ("completion", "amount", "0", "completion.amount must be 1 or more."),
        ("lead_up", "amount", "-1", "lead_up.amount must be 0 or more."),
        ("sign_off", "amount", "367", "sign_off.amount must be 366 or less."),
        (
            "completion",
            "unit",
            '"days"',
            'completion.unit must be "day" or "working_day" or "school_day" or "week".',
        ),
        ("reminders", "unit", '"day"', 'reminders.unit must be "week".'),
        ("reminders", "amounts", "[]", "reminders.amounts is empty; fill it in."),
        ("reminders", "amounts", "3", "reminders.amounts must be a list in square brackets."),
        ("term_cap", "pence", "-50000", "term_cap.pence must be 0 or more."),
        ("term_cap", "pence", "500.00", "term_cap.pence must be a whole number."),
        ("term_cap", "source", '""', "term_cap.source is empty; fill it in."),
        ("term_cap", "source", "1", "term_cap.source must be a text in quotation marks."),
        ("late_grant", "value", '"never"', 'late_grant.value must be "paid" or "lapses".'),
        ("also_sign", "roles", '["head_teacher"]', 'also_sign.roles must be "carer" or "young_person".'),
        ("reviews_without_meeting", "count", "4", "reviews_without_meeting.count must be 3 or less."),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_on_its_line(table: str, key: str, value: str, reason: str) -> None:
    text, line = changed(table, **{key: value})
    assert faults(text) == [f"line {line}: {reason}"]


@pytest.mark.parametrize(
    ("table", "values", "reason"),
    [
        ("reminders", {"amounts": "[1, 3, 6]"}, "reminders.amounts must descend"),
        ("reminders", {"amounts": "[6, 3, 3]"}, "reminders.amounts must descend"),
        ("before_meeting", {"amounts": "[2, 7]"}, "before_meeting.amounts must descend"),
        ("escalation", {"amounts": "[14, 7]"}, "escalation.amounts must ascend"),
        ("escalation", {"amounts": "[1, 7]"}, "escalation.amounts must begin after the overdue letter"),
        ("opens", {"amount": "5"}, "opens.amount is less than the first of reminders.amounts"),
        ("initial_available", {"amount": "9"}, "initial_available.amount is less than initial_started.amount"),
        ("term_cap", {"pence": "150001"}, "term_cap.pence is above year_cap.pence, £1,500 a year"),
        ("also_sign", {"roles": '["carer", "carer"]'}, "also_sign.roles names a role twice"),
    ],
)
def test_numbers_that_contradict_each_other_are_told(table: str, values: dict[str, str], reason: str) -> None:
    text, line = changed(table, **values)
    assert [fault.partition(reason)[:2] for fault in faults(text)] == [(f"line {line}: ", reason)]


@pytest.mark.parametrize(
    ("tables", "down", "reason"),
    [
        (['[[cut_off]]\nterm = "autumn"\non = 2025-11-28'], 2, "cut_off.on is not in the academic year 2026/27"),
        (['[[cut_off]]\nterm = "autumn"\non = 2027-09-01'], 2, "cut_off.on is not in the academic year 2026/27"),
        (['[[cut_off]]\nterm = "autumn"\non = "2026-11-28"'], 2, "cut_off.on must be a date without quotation marks"),
        (['[[cut_off]]\nterm = "autumn"\non = 2026-11-28T09:00:00'], 2, "cut_off.on must be a date"),
        (['[[cut_off]]\nterm = "winter"\non = 2026-11-28'], 1, 'cut_off.term must be "autumn" or "spring" or "summer"'),
        (
            ['[[cut_off]]\nterm = "spring"\non = 2027-03-01', '[[cut_off]]\nterm = "summer"\non = 2027-02-01'],
            2,
            "cut_off.on of the summer term is not after those of the terms before it",
        ),
        (
            ['[[cut_off]]\nterm = "spring"\non = 2027-03-01', '[[cut_off]]\nterm = "spring"\non = 2027-03-02'],
            0,
            "this [[cut_off]] gives the spring term another date for the same children",
        ),
        (['[[cap]]\npence = 150001\nyear_groups = ["Y11"]'], 1, "cap.pence is above year_cap.pence"),
        (["[[cap]]\npence = 40000"], 0, "this [[cap]] names no year_groups and no terms"),
        (['[[cap]]\npence = 1\nyear_groups = ["Y14"]'], 2, "cap.year_groups is not right: a year group is one of N1,"),
        (
            ['[[cap]]\npence = 1\nyear_groups = ["N1", "N2"]', '[[cap]]\npence = 2\nyear_groups = ["N2"]'],
            0,
            "this [[cap]] is for year groups and terms that another has a cap for already",
        ),
        (["[escalations]\namounts = [7]"], 0, "escalations is not known here; take it out, or write escalation."),
    ],
)
def test_added_tables_are_checked_too(tables: list[str], down: int, reason: str) -> None:
    text, line = with_more(*tables)
    assert [fault.partition(reason)[:2] for fault in faults(text)] == [(f"line {line + down}: ", reason)]


def test_a_closer_cap_for_the_same_children_is_no_contradiction() -> None:
    summer = '[[cap]]\npence = 61000\nterms = ["summer"]'
    nursery = '[[cap]]\npence = 10000\nyear_groups = ["N2"]'
    assert faults(with_more(summer, nursery, nursery + '\nterms = ["summer"]')[0]) == []


def test_what_is_missing_has_the_line_of_its_table() -> None:
    no_source = re.sub(r"(\[target\]\n.*\n.*\n)source = .*\n", r"\1", TEXT)
    assert faults(no_source) == [
        f"line {line_of(no_source, '[target]')}: target.source is missing; say where this comes from."
    ]
    no_table = re.sub(r"\[target\]\n.*\n.*\n.*\n", "", TEXT)
    assert faults(no_table) == ["line 1: the table [target] is missing; add it."]
    assert faults(TEXT.replace('academic_year = "2026/27"', "")) == ["line 1: academic_year is missing; add it."]


def test_an_unknown_key_is_told_with_what_was_probably_meant() -> None:
    text = TEXT.replace("[completion]\n", "[completion]\namuont = 8\n")
    line = line_of(text, "amuont")
    assert faults(text) == [f"line {line}: completion.amuont is not known here; take it out, or write amount."]


def test_all_faults_are_told_at_once_in_order_of_lines() -> None:
    text = TEXT.replace("pence = 50000", "pence = -1").replace('"school_day"', '"schoolday"').replace("2026/27", "2026")
    told = [int(fault.split(":")[0].removeprefix("line ")) for fault in faults(text)]
    assert len(told) == 6
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b'name = "x"\nyear = = 3\n', "line 2: this is not TOML: Invalid value."),
        (b"[a]\n\n[a]\n", "line 3: this is not TOML: Cannot declare"),
        (b"a = [1,\n2\n", "line 2: this is not TOML: Unclosed array."),
        (b"a = " + b"9" * 5000, "line 1: this is not TOML"),
        (b"a = " + b"[" * 50_000, "line 1: this is not TOML"),
        (b"a = 1\n# caf\xe9", "line 2: the file is not UTF-8 text; save it as UTF-8."),
        (b"#" * 100_001, "line 1: the file is longer than 100000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(content: bytes, start: str) -> None:
    told = faults(content)
    assert len(told) == 1
    assert told[0].startswith(start)


def test_a_value_where_a_table_should_be_is_told() -> None:
    text = re.sub(r"\[target\]\n.*\n.*\n.*\n", "", TEXT).replace('2026/27"\n', '2026/27"\ntarget = 12\ncap = 7\n', 1)
    line = line_of(text, "target = 12")
    assert faults(text) == [
        f"line {line}: target must be a table: [target] with its keys below it.",
        f"line {line + 1}: cap must be a list; write [[cap]] above each.",
    ]


def test_lines_are_found_around_comments_long_lists_and_brackets_in_texts() -> None:
    head = '# [target]\n"name" = "a ] \\" [[cap]] # b"\nacademic_year = \'2026/27\'\n'
    odd = TEXT[TEXT.index("[opens]") :]
    text = head + odd.replace("amounts = [6, 3, 1]", "amounts = [ # several\n  6, # weeks ]\n  3,\n  1,\n]")
    text = text.replace("[target]\namount = 12", "[ target ] # SMART\n\n  amount = -12")
    line = line_of(text, "amount = -12")
    assert faults(text) == [f"line {line}: target.amount must be 1 or more."]


def test_a_file_with_windows_line_ends_and_a_mark_in_front_is_the_same() -> None:
    assert read_policy(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()).policy == shipped_default().policy


@given(st.text(alphabet="abc=[]{}\"'#\n ,.1-", max_size=60))
def test_whatever_is_typed_is_answered_with_lines_of_the_file(text: str) -> None:
    told = faults(text)
    assert told
    last = text.count("\n") + 1
    assert all(1 <= int(fault.split(":")[0].removeprefix("line ")) <= last for fault in told)

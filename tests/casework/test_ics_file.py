"""A school's published calendar: what is certain is read, and everything else is told (docs/calendars.md)."""

from datetime import date

import pytest

from casework.ics_file import Asked, CheckedIcs, check_ics
from casework.ics_words import Meaning, Says, meaning_of
from casework.term_dates_file import CalendarTerm
from contracts.calendar import Term, TermName
from tests.support.sample import DATA

ASH, BIRCH, WRONG = ((DATA / "ics" / f"{name}.ics").read_bytes() for name in ("ash_primary", "birch_academy", "wrong"))
AS_ASH = Asked("ash", "Ash Primary School", "ash_primary.ics")
AS_BIRCH = Asked("birch", "Birch Academy", "birch_academy.ics")


def told(checked: CheckedIcs) -> list[str]:
    return [str(warning) for warning in checked.warnings]


def calendar_with(*events: str) -> bytes:
    entries = "".join(f"BEGIN:VEVENT\r\nUID:{number}\r\n{event}END:VEVENT\r\n" for number, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{entries}END:VCALENDAR\r\n".encode()


def days(title: str, first: str, end: str | None = None, more: str = "") -> str:
    until = f"DTEND;VALUE=DATE:{end}\r\n" if end else ""
    return f"SUMMARY:{title}\r\nDTSTART;VALUE=DATE:{first}\r\n{until}{more}"


def test_B2_the_terms_of_a_published_calendar_are_read() -> None:
    checked = check_ics(ASH, AS_ASH)
    assert checked.faults == ()
    assert [term.term for term in checked.terms] == [
        Term("2026/27", TermName.AUTUMN, date(2026, 9, 3), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30)),
        Term("2026/27", TermName.SPRING, date(2027, 1, 5), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19)),
        Term("2026/27", TermName.SUMMER, date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4)),
    ]
    assert {term.source for term in checked.terms} == {"https://ash-primary.example/parents/term-dates.ics"}
    assert not any(term.verified for term in checked.terms)
    assert not any(day.verified for day in checked.closed_days)


def test_B2_inset_days_and_closures_are_read() -> None:
    ash = {str(day.day): day.kind.value for day in check_ics(ASH, AS_ASH).closed_days}
    birch = {str(day.day): day.kind.value for day in check_ics(BIRCH, AS_BIRCH).closed_days}
    assert ash.pop("2027-05-03") == "closure"
    assert ash == dict.fromkeys(("2026-09-02", "2026-10-23", "2027-01-04", "2027-06-07", "2027-07-22"), "inset")
    assert birch == {"2026-09-18": "inset", "2027-03-05": "closure"}


def test_a_two_week_half_term_a_term_in_one_entry_and_a_length_instead_of_an_end() -> None:
    autumn, spring = (term.term for term in check_ics(BIRCH, AS_BIRCH).terms)
    assert (autumn.half_term_first, autumn.half_term_last) == (date(2026, 10, 19), date(2026, 10, 30))
    assert (spring.first_day, spring.last_day) == (date(2027, 1, 4), date(2027, 3, 26))
    assert (spring.half_term_first, spring.half_term_last) == (date(2027, 2, 15), date(2027, 2, 19))


def test_what_is_not_certain_is_told_and_never_taken() -> None:
    lines = told(check_ics(BIRCH, AS_BIRCH))
    assert [line.split(":")[0] for line in lines] == [f"line {line}" for line in (1, 47, 59, 72, 79, 86, 93)]
    assert "a title that cannot be read with certainty (2027-03-04); it was left out" in lines[1]
    assert "begins on 2027-04-13, and the file does not say when it ends; it was left out" in lines[2]
    assert "a half term lies in no term" in lines[3]
    assert "is cancelled" in lines[4]
    assert "repeats (2027-07-05)" in lines[5]


def test_no_sentence_repeats_a_title() -> None:
    content = calendar_with(days("INSET day", "20261005"), days("Wilhelmina's term project", "20261006"))
    assert "ilhelmina" not in str(check_ics(content, AS_ASH))


def test_a_calendar_that_contradicts_itself_is_refused_line_by_line() -> None:
    assert [str(fault) for fault in check_ics(WRONG, AS_ASH).faults] == [
        "line 12: the autumn term begins on 2026-09-07 here and on 2026-09-03 on line 6; ask the school which is right "
        "and take the other out.",
        "line 25: the autumn term 2026/27 has a half term that ends on 2026-10-23 and another one that begins on "
        "2026-11-02; ask the school which is right and take the other out.",
        "line 38: a holiday from 2026-12-17 to 2027-01-03 lies over the first or last day of the autumn term 2026/27; "
        "ask the school which is right and correct the other.",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\xff\xfe", ASH[:400], ASH + ASH, b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"]
)
def test_what_is_no_calendar_is_refused_at_line_1(content: bytes) -> None:
    assert [str(fault) for fault in check_ics(content, AS_ASH).faults] == [
        "line 1: this is no calendar file; ask the school for the address of its calendar and save what is there.",
    ]


def test_a_calendar_without_anything_certain_is_refused() -> None:
    checked = check_ics(calendar_with(days("Term starts", "20260903"), days("School fair", "20261003")), AS_ASH)
    assert [str(fault) for fault in checked.faults] == [
        "line 1: no term and no closed day could be read with certainty, so nothing is imported."
    ]


@pytest.mark.parametrize(
    "event",
    [
        days("INSET day", "20261005", "20261005"),
        days("INSET day", "20261005", "20261006", "STATUS:TENTATIVE\r\n"),
        "SUMMARY:INSET day\r\nDTSTART:20261005T130000Z\r\nDTEND:20261005T153000Z\r\n",
        "SUMMARY:INSET day\r\nDTSTART;VALUE=DATE:2026-10-05\r\n",
        "SUMMARY:INSET day\r\n",
    ],
)
def test_an_entry_whose_days_are_not_certain_closes_no_school(event: str) -> None:
    checked = check_ics(calendar_with(event, days("INSET", "20261102")), AS_ASH)
    assert [day.day for day in checked.closed_days] == [date(2026, 11, 2)]
    assert any(line.startswith("line 4: ") for line in told(checked))


def test_what_the_file_does_not_say_of_a_stored_term_stays() -> None:
    stored = Term(
        *("2026/27", TermName.AUTUMN, date(2026, 9, 3), date(2026, 12, 18)),
        *(date(2026, 10, 26), date(2026, 10, 30), (date(2026, 9, 4),)),
    )
    content = calendar_with(days("Autumn term begins", "20260903"), days("Autumn term ends", "20261217"))
    checked = check_ics(content, AS_ASH, [CalendarTerm("ash", stored)])
    (term,) = (term.term for term in checked.terms)
    assert (term.last_day, term.half_term_first, term.closed_days) == (
        *(date(2026, 12, 17), date(2026, 10, 26), (date(2026, 9, 4),)),
    )
    assert told(checked) == [
        "line 4: the file names no half term in the autumn term 2026/27; the one that is stored stays."
    ]


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("Start of Autumn Term", Says.TERM_BEGINS),
        ("Last day of the Summer Term 2026/27", Says.TERM_ENDS),
        ("Half-term", Says.HALF_TERM),
        ("October half term holiday", Says.HALF_TERM),
        ("Non-pupil day", Says.INSET),
        ("Inset Day 2 of 5 - school closed to pupils", Says.INSET),
        ("Oak Primary: staff training", Says.INSET),
        ("Spring bank holiday", Says.HOLIDAY),
        ("School closed", Says.CLOSED),
        ("Sports day starts", Says.NOTHING),
        ("Term starts", Says.UNCERTAIN),
        ("Term 1 begins", Says.UNCERTAIN),
        ("Autumn term begins for Year 7", Says.UNCERTAIN),
        ("Autumn term begins (staff only)", Says.UNCERTAIN),
        ("Half term begins", Says.UNCERTAIN),
        ("Half Term Club", Says.UNCERTAIN),
        ("First half of autumn term ends", Says.UNCERTAIN),
        ("INSET day (morning)", Says.UNCERTAIN),
        ("INSET day?", Says.UNCERTAIN),
        ("School not closed", Says.UNCERTAIN),
    ],
)
def test_a_title_is_read_only_where_each_word_is_known(title: str, says: Says) -> None:
    assert meaning_of(title, "Oak Primary").says is says


def test_a_title_names_its_term() -> None:
    assert meaning_of("Spring half term") == Meaning(Says.HALF_TERM, TermName.SPRING)

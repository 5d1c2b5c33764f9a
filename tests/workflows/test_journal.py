"""The journal is exactly what ACTS.md says, and every letter in it really went out."""

from collections import Counter
from datetime import date, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from contracts.people import SCHOOL_ROLES
from tests.support.temporal_played import SENDER, Row, Theatre

LONDON = ZoneInfo("Europe/London")
FIELDS = {
    "opened": [],
    "stage": ["stage"],
    "deadline": ["name", "on", "sentence"],
    "accepted": ["action"],
    "refused": ["action", "rules", "sentences"],
    "letter": ["kind", "to"],
    "grant": ["pence", "key"],
    "missed": ["why"],
    "closed": [],
}
BY_AN_ACT = {"invitation", "signature_asked", "returned", "sign_off_due", "grant_released"}
ADDRESSES = {
    "designated_teacher": "dt@hazel.example",
    "social_worker": "isla@council.example",
    "team_manager": "manager.south@council.example",
    "virtual_school": "virtual.school@authority.example",
    "virtual_school_head": "head.of.virtual.school@authority.example",
    "iro": "iro@authority.example",
}
HALF_TERM = (date(2026, 10, 26), date(2026, 10, 30))
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 3))
CLOSED = (date(2026, 9, 4), date(2026, 12, 4))


def test_every_row_has_the_fields_of_its_kind_in_their_order_and_no_other(theatre: Theatre) -> None:
    for row in theatre.rows:
        own = FIELDS[row["what"]] + (["level"] if row.get("kind") == "escalation" else [])
        assert list(row) == ["at", "child", "term", "what", *own], row
        assert row["term"] in {"autumn", "spring", "summer"}


def test_rows_are_in_order_of_time_in_london_with_the_offset_of_that_day(theatre: Theatre) -> None:
    instants = [datetime.fromisoformat(row["at"]) for row in theatre.rows]
    assert instants == sorted(instants)
    for row, instant in zip(theatre.rows, instants, strict=True):
        assert row["at"] == instant.astimezone(LONDON).isoformat(timespec="seconds")
        assert row["at"].endswith("+01:00" if row["at"] < "2026-10-25T01" else "+00:00")


def test_letters_of_the_ladder_go_out_at_eight_in_the_morning_exactly(theatre: Theatre) -> None:
    """The others go with the act that causes them, or at eight when their reader is not at work then."""
    acts = {(row["child"], row["at"]) for row in theatre.rows if row["what"] == "accepted"}
    for letter in _letters(theatre):
        with_an_act = letter["kind"] in BY_AN_ACT and (letter["child"], letter["at"]) in acts
        assert with_an_act or letter["at"][11:19] == "08:00:00", letter


def test_no_school_person_gets_a_letter_on_a_day_on_which_the_school_is_closed(theatre: Theatre) -> None:
    to_school = [letter for letter in _letters(theatre) if letter["to"] in SCHOOL_ROLES]
    assert len(to_school) > 40
    assert [letter for letter in to_school if _is_closed(_day(letter))] == []


def test_nobody_gets_a_letter_of_the_ladder_on_a_weekend_or_bank_holiday(theatre: Theatre) -> None:
    bank_holidays = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
    days = {_day(letter) for letter in _letters(theatre)}
    assert not {day for day in days if day.weekday() > 4} | (days & bank_holidays)


def test_nobody_gets_two_letters_of_one_kind_at_one_instant(theatre: Theatre) -> None:
    counted = Counter((row["child"], row["term"], row["at"], row["kind"], row["to"]) for row in _letters(theatre))
    assert counted.most_common(1)[0][1] == 1


def test_the_mail_that_arrived_is_the_letters_of_the_journal(theatre: Theatre) -> None:
    arrived = Counter(mail.recipients for mail in theatre.mail)
    assert arrived == Counter((ADDRESSES[letter["to"]],) for letter in _letters(theatre))
    assert {mail.sender for mail in theatre.mail} == {SENDER}
    ids = [mail.message["Message-ID"] for mail in theatre.mail]
    assert len(set(ids)) == len(ids)


def test_no_mail_names_a_child_or_a_school_or_repeats_a_typed_word(theatre: Theatre) -> None:
    said = ("Wilhelmina", "Quackenbush", "Hazel Primary", "times tables", "A hearing", "Invented")
    text = "\n".join(_text_of(mail.message) for mail in theatre.mail)
    assert "C1" in text, "the control: the reference is what a letter names"
    assert [word for word in said if word in text] == []


def test_the_prompt_term_from_its_opening_to_the_grant(theatre: Theatre) -> None:
    seen = [(row["at"][:16], row["what"], _told(row)) for row in theatre.of("C1") if row["what"] not in _LEFT_OUT]
    assert seen == [
        ("2026-09-03T00:00", "opened", ""),
        ("2026-09-03T00:00", "stage", "waiting_for_date"),
        ("2026-09-03T00:00", "deadline", "review_due 2026-11-26"),
        ("2026-09-03T00:00", "deadline", "latest_safe_date 2026-11-26"),
        ("2026-09-07T10:00", "stage", "preparing"),
        ("2026-09-07T10:00", "deadline", "review_due 2026-10-12"),
        ("2026-09-07T10:00", "deadline", "meeting 2026-10-12"),
        ("2026-10-12T00:00", "stage", "meeting_due"),
        ("2026-10-12T16:00", "stage", "completing"),
        ("2026-10-12T16:00", "deadline", "completion 2026-10-19"),
        ("2026-10-12T16:00", "deadline", "signatures 2026-10-19"),
        ("2026-10-14T10:15", "stage", "signing"),
        ("2026-10-14T16:00", "refused", "sign_off A7"),
        ("2026-10-15T10:00", "stage", "virtual_school"),
        ("2026-10-15T10:00", "deadline", "virtual_school_sign_off 2026-10-22"),
        ("2026-10-16T11:00", "stage", "paying"),
        ("2026-10-16T11:00", "grant", "45000"),
        ("2026-10-16T11:00", "stage", "in_force"),
        ("2026-10-16T12:00", "refused", "sign_off ORDER"),
    ]


_LEFT_OUT = {"accepted", "letter"}


def _told(row: Row) -> str:
    match row["what"]:
        case "stage":
            return str(row["stage"])
        case "deadline":
            return f"{row['name']} {row['on']}"
        case "refused":
            return " ".join([row["action"], *row["rules"]])
        case "grant":
            return str(row["pence"])
    return ""


def _letters(theatre: Theatre) -> list[Row]:
    return [row for row in theatre.rows if row["what"] == "letter"]


def _day(row: Row) -> date:
    return datetime.fromisoformat(row["at"]).date()


def _is_closed(day: date) -> bool:
    in_holiday = any(first <= day <= last for first, last in (HALF_TERM, CHRISTMAS))
    return day.weekday() > 4 or day in CLOSED or in_holiday or day < date(2026, 9, 3)


def _text_of(message: EmailMessage) -> str:
    """Everything that a reader sees, and the attached invitation."""
    leaves = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join(str(one) for one in [*message.values(), *leaves])

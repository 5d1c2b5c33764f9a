"""Letters say what is asked, of whom, by when and why, and name nobody (PROCESS.md A3, A10; ACTS.md, Stages)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from itertools import product

import pytest

from activities.letter_facts import DUE, LetterFacts, Owed, pounds
from activities.letter_texts import Words, compose, words_of
from contracts.clock import in_words
from contracts.people import Role
from tests.support.letters import BOTH_OWE, DATES, EVERY_LETTER, KINDS, LINK, TEACHER, WORKER, body, flat, letter, sent


@dataclass(frozen=True)
class Read:
    """A letter as it was read."""

    facts: LetterFacts
    words: Words
    subject: str
    text: str
    html: str


@pytest.fixture(scope="module")
def every_letter() -> list[Read]:
    """Every kind to everybody, with something missing."""
    letters = []
    for kind, role in EVERY_LETTER:
        facts = letter(kind, role, missing=BOTH_OWE)
        message = sent(facts)
        letters.append(Read(facts, words_of(facts), message["Subject"], body(message, "plain"), body(message, "html")))
    return letters


def test_every_kind_of_letter_of_the_vocabulary_can_be_written() -> None:
    assert set(DUE) == set(KINDS)


def test_every_letter_names_the_case_the_reader_and_the_link(every_letter: list[Read]) -> None:
    for read in every_letter:
        assert read.subject.endswith(" (case C001)")
        assert read.text.count(LINK) == 1
        assert read.html.count(f'href="{LINK}"') == 1
        assert re.search(r"\b(as (the|a) |for the Virtual School|your )", flat(read.text)), read.subject
        assert max(map(len, read.text.splitlines())) <= 74


def test_every_letter_says_its_day_and_its_reason_in_the_first_sentence(every_letter: list[Read]) -> None:
    for read in every_letter:
        first = read.words.opening
        assert first.count(".") == 1, first
        assert "because" in first or ": until" in first, first
        assert read.facts.due is None or in_words(read.facts.due) in first, first
        assert flat(read.text).startswith(first)


def test_text_and_html_say_the_same_words(every_letter: list[Read]) -> None:
    for read in every_letter:
        words, text = read.words, flat(read.text)
        html = flat(unescape(re.sub(r"<[^>]+>", " ", read.html)))
        lines = [line for heading, parts in words.lists for line in (heading, *parts)]
        for sentence in (words.opening, *words.more, *lines, words.button, words.ask, words.why):
            assert sentence in text
            assert sentence in html


def test_html_loads_nothing_from_anywhere_and_runs_nothing(every_letter: list[Read]) -> None:
    for read in every_letter:
        html = read.html.lower()
        assert not re.search(r"<(img|script|link|style|form|iframe)\b|src=|url\(|@import|javascript:", html)
        assert set(re.findall(r"https?://[^\s\"<]+", html)) == {LINK.lower()}


def test_every_letter_can_be_written_when_nothing_is_missing() -> None:
    for kind, role in EVERY_LETTER:
        assert words_of(letter(kind, role)).lists == ()


def test_A3_only_the_party_whose_part_is_missing_is_told_off_and_the_virtual_school_gets_a_copy_by_role() -> None:
    late = (Owed("targets", TEACHER), Owed("signature", TEACHER))
    theirs = words_of(letter("completion_overdue", TEACHER, missing=late))
    copy = words_of(letter("completion_overdue", Role.VIRTUAL_SCHOOL, missing=late))
    assert theirs.subject == "Overdue: your parts of the PEP were due by 21 October 2026 (case C001)"
    assert theirs.lists == (("Still missing from you:", ('the section "targets"', "the signature")),)
    assert copy.subject == "Copy: parts of the PEP were due by 21 October 2026 (case C001)"
    assert "the designated teacher has not completed the PEP" in copy.opening
    assert [heading for heading, _ in copy.lists] == ["Still missing from the designated teacher:"]
    assert "Nothing is asked of you" in copy.more[0]


def test_A6_each_escalation_says_who_is_asked_and_claims_no_letter_before_it() -> None:
    """A meeting can be recorded so late that nothing was sent before."""
    first = words_of(letter("escalation", Role.TEAM_MANAGER, level=1, missing=BOTH_OWE))
    second = words_of(letter("escalation", Role.VIRTUAL_SCHOOL_HEAD, level=2, missing=BOTH_OWE))
    assert "as the team manager" in first.opening
    assert "the designated teacher and the social worker have not done their part" in first.opening
    assert "as the head of the Virtual School" in second.opening
    assert "have still not done their part" in second.opening
    for words in (first, second):
        assert words.more[0] == "You are asked because it is so long after that day, as the authority's policy says."
        assert not re.search("remind|letter|not helped", " ".join(words.more), re.IGNORECASE)


def test_A8_a_letter_about_a_child_who_is_not_eligible_says_nothing_of_the_grant() -> None:
    """But for the letter that reports the grant, which there is none of for such a child."""
    about_its_parts = [
        letter(kind, role, missing=late, level=level if kind == "escalation" else None)
        for kind, role in EVERY_LETTER
        for late in (BOTH_OWE, (Owed("signature", WORKER),))
        for level in ((1, 2) if kind == "escalation" else (1,))
    ]
    about_the_sign_off = [letter("escalation", role, dates=DATES) for role in Role]
    spoke = set()
    for facts in about_its_parts + about_the_sign_off:
        if "grant" in all_words(facts).lower():
            spoke.add(facts.kind)
        unless_its_own = facts.kind == "grant_released"
        assert unless_its_own or "grant" not in all_words(replace(facts, grant_eligible=False)).lower(), facts
    assert spoke == {"arrange_meeting", "completion_overdue", "escalation", "sign_off_due", "grant_released"}


def test_B1_the_reasons_of_a_first_plan_are_its_own() -> None:
    """Neither the end of term nor the school's holidays bind it."""
    for kind, role in product(("arrange_meeting", "review_due"), Role):
        usual, first = (
            letter(kind, role, dates={"review_due": DATES["review_due"]}, first_plan=one) for one in (False, True)
        )
        assert "because a child who has entered care needs a first" in words_of(first).opening
        assert not re.search("end of term|of the term is left|grant|holiday|the school is open", all_words(first))
        assert "entered care" not in all_words(usual)


def all_words(facts: LetterFacts) -> str:
    words = words_of(facts)
    return " ".join([words.subject, words.opening, *words.more])


def test_a_returned_part_that_is_late_is_late_by_its_own_day() -> None:
    dates = {"completion": DATES["completion"], "amendment": DATES["amendment"]}
    for kind in ("completion_nudge", "completion_overdue", "escalation", "signature_asked"):
        assert letter(kind, dates=dates).due == DATES["amendment"]


def test_a_late_sign_off_is_the_virtual_schools_own_matter() -> None:
    late = (Owed("sign_off", Role.VIRTUAL_SCHOOL),)
    words = words_of(letter("escalation", Role.VIRTUAL_SCHOOL_HEAD, dates=DATES, missing=late))
    assert "signed off or returned, because the Virtual School's decision was due by Wednesday 4 Nov" in words.opening


def test_A4_who_only_owes_a_signature_is_asked_for_that() -> None:
    late = (Owed("signature", WORKER),)
    for kind in ("completion_nudge", "completion_overdue"):
        words = words_of(letter(kind, WORKER, missing=late))
        assert words.opening.startswith("Please sign the PEP")
        assert "sign" in words.headline
        assert "parts" not in words.opening
    assert "has not signed the PEP" in words_of(letter("completion_overdue", Role.VIRTUAL_SCHOOL, missing=late)).opening
    assert "so that the PEP on case C001 is signed" in words_of(letter("escalation", Role.IRO, missing=late)).opening


def test_who_stands_in_for_somebody_without_an_address_is_asked_to_pass_the_letter_on() -> None:
    for kind in KINDS:
        own = words_of(letter(kind, WORKER, missing=BOTH_OWE))
        passed = words_of(letter(kind, Role.TEAM_MANAGER, stands_in_for=WORKER, missing=BOTH_OWE))
        assert passed.opening.startswith("Please pass this letter on to the social worker on case C001 today")
        assert passed.more == (own.opening, *own.more)
        assert "Still missing from the social worker:" in {heading for heading, _ in passed.lists} or kind == "returned"
        assert passed.why == "You get this letter because you are the team manager for case C001."


def test_B14_the_letter_before_the_meeting_names_the_check_of_the_pastoral_drafts() -> None:
    words = words_of(letter("before_meeting", TEACHER, missing=(Owed("check_targets", TEACHER),)))
    assert any("Only a teacher sets targets" in paragraph for paragraph in words.more)


@pytest.mark.parametrize(
    ("pence", "words"), [(50_000, "£500"), (48_050, "£480.50"), (100_005, "£1,000.05"), (1, "£0.01")]
)
def test_A8_the_grant_is_named_in_pounds_to_the_penny(pence: int, words: str) -> None:
    assert pounds(pence) == words
    message = sent(letter("grant_released", pence=pence))
    for subtype in ("plain", "html"):
        assert re.search(rf"Grant of {re.escape(words)} for case C001", flat(body(message, subtype)))


@pytest.mark.parametrize("agreed", [True, False])
def test_A12_the_answer_to_an_application_says_whether_it_was_agreed(agreed: bool) -> None:
    words = words_of(letter("funding_decided", agreed=agreed, pence=30_000 if agreed else None))
    assert words.headline == f"Additional funding: {'agreed' if agreed else 'not agreed'}"
    assert ("£300" in words.opening) is agreed


def test_A12_what_the_virtual_school_keeps_is_said_to_both_and_goes_to_no_school() -> None:
    kept = {"agreed": True, "kept": True, "pence": 30_000}
    to_spend = words_of(letter("funding_decided", "virtual_school", **kept))
    to_know = words_of(letter("funding_decided", "social_worker", **kept))
    assert to_spend.opening.startswith(
        "Please spend the additional funding of £300 for case C001, as the Virtual School"
    )
    assert to_know.opening.startswith("Nothing is asked of you, as the social worker")
    for words in (to_spend, to_know):
        assert words.headline == "Additional funding: agreed"
        assert "no school place" in words.opening
        assert "goes to the school" not in words.opening


def test_a_letter_of_the_demonstration_says_so() -> None:
    message = sent(letter("review_due", is_demonstration=True))
    assert message["Subject"].startswith("[Demonstration] ")
    assert "THIS IS A DEMONSTRATION" in body(message, "plain")
    assert "This is a demonstration." in body(message, "html")
    assert "demonstration" not in compose(letter("review_due")).as_string().lower()


def test_the_same_facts_give_the_same_bytes_whenever_and_wherever_they_are_written() -> None:
    summer_time = timezone(timedelta(hours=1))
    for kind in KINDS:
        once = compose(letter(kind, missing=BOTH_OWE, invitation=CALENDAR)).as_bytes()
        again = letter(kind, missing=BOTH_OWE, invitation=CALENDAR, dated=datetime(2026, 10, 22, 8, tzinfo=summer_time))
        assert compose(again).as_bytes() == once


def test_Message_ID_and_Date_are_those_of_the_outbox_and_nobodys_holiday_notice_answers() -> None:
    message = sent(letter("review_due"))
    assert message["Message-ID"] == "<letter-17@pep.northmoor.example>"
    assert message["Date"].datetime == datetime(2026, 10, 22, 7, 0, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en-GB"


CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_B4_the_invitation_is_a_third_form_of_the_letter_and_a_file(method: str) -> None:
    calendar = CALENDAR.replace(b"REQUEST", method.encode())
    message = sent(letter("invitation", invitation=calendar, meeting_time="14:00"))
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    assert str(part.get_content()).split() == calendar.decode().split()
    (file,) = message.iter_attachments()
    assert file.get_content() == calendar
    assert "Wednesday 14 October 2026 at 14:00" in flat(body(message, "plain"))


def test_M6_a_moved_and_a_cancelled_meeting_read_differently() -> None:
    subjects = [
        words_of(letter("invitation", role, meeting_change=change)).headline
        for role in (WORKER, Role.YOUNG_PERSON)
        for change in ("arranged", "moved", "cancelled")
    ]
    assert subjects == 2 * [
        "PEP meeting on 14 October 2026",
        "PEP meeting moved to 14 October 2026",
        "Cancelled: PEP meeting on 14 October 2026",
    ]


def test_a_letter_reads_like_this() -> None:
    message = sent(letter("completion_nudge", WORKER, missing=BOTH_OWE[1:]))
    assert (
        body(message, "plain").split("\n\nThis letter")[0]
        == """\
Please complete your parts of the PEP, as the social worker on case C001,
by Wednesday 21 October 2026, because nobody can sign the plan before all
its parts are there.

Still missing from you:
- the section "about child"
- the date of the next meeting

Sign in and open the case:
https://pep.northmoor.example/cases/C001

If anything is unclear or a date is wrong, ask the Virtual School of
Northmoor.

You get this letter because you are the social worker on case C001."""
    )

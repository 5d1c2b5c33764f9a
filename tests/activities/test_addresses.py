"""What a door takes as an address, mail can be sent to: acts, rolls, `./pep authority` and letters have one rule."""

from datetime import date

import pytest

from casework.authority import AuthorityDetails, UnfitAddressError, set_up
from casework.roll_file import check_roll
from post.smtp import Outcome, SmtpPost
from store.database import Database
from tests.support.import_files import roll_of
from tests.support.letters import letter, sent
from tests.support.reviews import DT, MANAGER, SW, VS, faults_of_form
from tests.support.smtp_sink import SmtpSink

FROM = {"from": "2026-11-02"}
SCHOOL = {"school": "900010", "calendar": "kayes", "designated_teacher": "A B"}
ADDRESSES = {
    "name@school.example": True,
    "Isla.O'Green+pep_1@mail.north-moor.gov.uk": True,
    "a@b.co": True,
    "n" * 64 + "@school.example": True,
    "a@" + "s" * 63 + ".example": True,
    "a@xn--zo-jia.example": True,
    "zoë@council.example": False,
    "zoe@coúncil.example": False,
    "nobody": False,
    "nobody@council": False,
    "nobody@council.1": False,
    "nobody@council..example": False,
    "nobody@-council.example": False,
    "nobody@council-.example": False,
    "nobody@council.example.": False,
    "no..body@council.example": False,
    ".nobody@council.example": False,
    "nobody.@council.example": False,
    "no body@council.example": False,
    '"no body"@council.example': False,
    "nobody@[192.0.2.1]": False,
    "Nobody <nobody@council.example>": False,
    "nobody(here)@council.example": False,
    "a@b.example,c@d.example": False,
    "n" * 65 + "@school.example": False,
    "a@" + "s" * 64 + ".example": False,
    "a@" + "s.example" * 29: False,
}
"""Addresses, and whether they are ones."""


@pytest.mark.parametrize(("address", "is_one"), ADDRESSES.items())
def test_an_act_takes_what_a_letter_can_be_sent_to_and_says_how_to_mend_the_rest(address: str, is_one: bool) -> None:
    acts = [
        (MANAGER, "change_person", "email", {"role": "social_worker", "name": "A B", "email": address, **FROM}),
        (VS, "change_school", "email", {**SCHOOL, "email": address, **FROM}),
        (SW, "invite", "email", {"kind": "professional", "email": address}),
        (DT, "delegate", "to", {"to": address}),
    ]
    for by, action, field, fields in acts:
        sentences = [(fault.rule, fault.sentence) for fault in faults_of_form(by, action, **fields)]
        wrong = f"{field}: not an e-mail address like name@school.example; use plain letters and digits, without"
        assert sentences == ([] if is_one else [("FORM", f"{wrong} accents or blanks.")])


@pytest.mark.parametrize(("address", "is_one"), ADDRESSES.items())
def test_a_roll_takes_what_a_letter_can_be_sent_to(address: str, is_one: bool) -> None:
    columns = ("designated_teacher_email", "social_worker_email", "team_manager_email")
    faults = check_roll(roll_of(dict.fromkeys(columns, address)), {"oak"}, date(2026, 9, 1)).faults
    assert [str(fault).split()[:3] for fault in faults] == ([] if is_one else [["line", "2:", c] for c in columns])


@pytest.mark.parametrize(("address", "is_one"), ADDRESSES.items())
async def test_a_letter_is_written_and_sent_to_what_the_doors_take(address: str, is_one: bool) -> None:
    if is_one:
        assert sent(letter("review_due", recipient=address))["To"].addresses[0].addr_spec == address
    async with SmtpSink() as sink:
        post = SmtpPost(sink.host, sink.port)
        delivery = await post.deliver("pep@council.example", address, b"Subject: case C001\r\n\r\n")
        assert delivery.outcome is (Outcome.ACCEPTED if is_one else Outcome.REFUSED_FOR_GOOD)
        assert [mail.recipients for mail in sink.received] == ([(address,)] if is_one else [])


@pytest.mark.parametrize("field", ["virtual_school_email", "virtual_school_head_email", "iro_email"])
async def test_the_authoritys_addresses_are_ones_or_it_is_not_set_up(database: Database, field: str) -> None:
    addresses = {"virtual_school_email": "vs@council.example", field: "zoë@council.example"}
    with pytest.raises(UnfitAddressError, match=r"The address of the .* is not an e-mail address like") as fault:
        await set_up(database, AuthorityDetails("Exampleshire", **addresses))  # type: ignore[arg-type]
    assert "zoë" not in str(fault.value)

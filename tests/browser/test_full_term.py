"""A whole term in the browser: five people who sign in through the real pages, from the first date to the grant.

Every step says what the person reads on the page. Behind it are the real workflows, letters and ledger.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser
from sqlalchemy import select

from local.postgres import EmbeddedPostgres
from store.money_tables import GrantRow
from store.outbox_tables import Letter
from tests.browser import cast
from tests.browser.cast import OFFICER, SOCIAL_WORKER, TEACHER, YOUNG_PERSON
from tests.browser.person import Person
from tests.browser.stage import Stage, stage_on
from tests.browser.term_answers import ATTAINMENT, GRANT, TARGETS, WORDS_OF_THE_CHILD

CHILD = "C1"
MEETING, NEXT = "2026-10-12", "2027-02-03"
CLOSED = ["2026-09-12", "2026-10-26", "2026-10-30", "2026-12-04", "2026-12-14"]
"""A Saturday, the half term, a closed day, and a day in the lead-up to the end of term (B2, M7)."""
ASKED_FOR = 45_000
"""Pence."""


@dataclass(frozen=True)
class Company:
    """The people of one child's plan, each at a browser of their own."""

    social_worker: Person
    teacher: Person
    officer: Person
    young_person: Person


@pytest.fixture(scope="module")
async def house(postgres: EmbeddedPostgres, browser: Browser) -> AsyncIterator[Stage]:
    """One child, on a Monday in September."""
    async with stage_on(postgres, browser, cast.programme(only=CHILD)) as stage:
        await cast.comes_in(stage, CHILD)
        await stage.is_now("2026-09-07")
        yield stage


async def test_a_term_from_the_first_date_to_the_released_grant(stage: Stage) -> None:
    people = [await stage.person(email) for email in (SOCIAL_WORKER, TEACHER, OFFICER, YOUNG_PERSON)]
    company = Company(*people)
    await arranges_with_only_valid_dates(company.social_worker)
    await agrees_to_the_date_and_prepares(company.teacher)
    await invites(company.social_worker)
    await stage.is_now(MEETING, 16)
    await records_the_meeting(company.social_worker)
    await reads_and_speaks_on_their_own_page(company.young_person)
    await stage.is_now("2026-10-13", 15)
    await completes_as_teacher(company.teacher)
    await completes_as_social_worker(company.social_worker)
    await sign(company.teacher, company.social_worker)
    await stage.is_now("2026-10-14")
    await returns_one_part(company.officer)
    await stage.is_now("2026-10-15")
    await amends_what_was_returned(company.teacher)
    await stage.is_now("2026-10-15", 14)
    await sign(company.teacher, company.social_worker)
    await signs_off(company.officer)
    await stage.is_now("2026-10-19")
    await assert_paid_once(stage)
    await reads_the_end(company.teacher)


async def arranges_with_only_valid_dates(person: Person) -> None:
    await person.signs_in()
    await person.sees("My work", "Wilhelmina Quackenbush")
    await person.follows("The social worker has not arranged a date for the meeting.")
    await person.sees("Arrange the meeting", "days on which the school is open")
    offered = await person.choices("on")
    assert MEETING in offered
    assert not set(CLOSED) & set(offered)
    await person.selects("on", MEETING)
    await person.fills({"Time": "14:00", "Place": "Room 3"})
    await person.presses("Arrange the meeting")
    await person.sees("The meeting is arranged.", "Monday 12 October 2026, 14:00", "Room 3")


async def agrees_to_the_date_and_prepares(person: Person) -> None:
    await person.signs_in()
    await person.sees("The attainment section is due before the meeting.")
    await person.goes(f"/cases/{CHILD}")
    await person.follows("Say whether the date suits the school")
    await person.sees("Monday 12 October 2026 at 14:00")
    await person.chooses("agreed", "yes")
    await person.presses("Send the answer")
    await person.sees("Your answer to the date is recorded.", "The school agreed to the date")
    await person.follows("The attainment section is due before the meeting.")
    await person.types({"words": ATTAINMENT})
    await person.presses("Send this section")
    await person.sees("The section is sent.")
    await person.follows("The targets section is due before the meeting.")
    await writes_targets_until_nothing_is_missing(person)


async def writes_targets_until_nothing_is_missing(person: Person) -> None:
    """The help shrinks while the targets are written, without a button."""
    await person.sees("Before you send:", "Homework")
    left = [await person.things_to_add()]
    for number, target in enumerate(TARGETS):
        await person.writes_target(number, target)
        if number < len(TARGETS) - 1:
            left.append(await person.fewer_things_to_add_than(left[-1]))
    await person.sees("Nothing is missing.", "Draft kept")
    assert left == sorted(left, reverse=True)
    await person.presses("Send this section")
    await person.sees("The section is sent.")
    await person.does_not_see("The targets section is due before the meeting.")


async def invites(person: Person) -> None:
    await person.goes(f"/cases/{CHILD}")
    await person.follows("Invite somebody")
    await person.chooses("kind", "young_person")
    await person.fills({"Name": "Wilhelmina", "E-mail address": YOUNG_PERSON})
    await person.presses("Invite them")
    await person.sees("They are invited.")


async def records_the_meeting(person: Person) -> None:
    await person.signs_in()
    await person.follows("It is not recorded whether the meeting took place.")
    await person.sees("Record the meeting", "from the day of the meeting to complete the plan")
    await person.gives_day("on", MEETING)
    for name, value in (
        ("confidential", "yes"),
        ("young_person", "attended"),
        ("targets_agreed", "agreed"),
        ("grant_agreed", "yes"),
    ):
        await person.chooses(name, value)
    await person.types({"grant_pence": "450", "actions-0-what": "Read together", "actions-0-owner": "Carer"})
    await person.gives_day("actions-0-by", "2026-12-01")
    await person.presses("Record the meeting")
    await person.sees("The meeting is recorded.", "The social worker's about child section is missing.")
    await person.sees("Monday 19 October 2026")


async def reads_and_speaks_on_their_own_page(person: Person) -> None:
    await person.signs_in()
    await person.sees("Hello, Wilhelmina", TARGETS[0]["what"])
    await person.presses("I agree with my targets")
    await person.sees("Thank you")
    await person.fills({"What do you want to say?": WORDS_OF_THE_CHILD})
    await person.presses("Send")
    await person.sees("Thank you", WORDS_OF_THE_CHILD)


async def completes_as_teacher(person: Person) -> None:
    await person.signs_in()
    await person.follows("The designated teacher's attendance and support section is missing.")
    await person.types({"words": "Invented: 97 per cent, and a key worker on Mondays."})
    await person.presses("Send this section")
    await person.sees("The section is sent.")
    await person.follows("The designated teacher's grant section is missing.")
    await person.sees("This term at most £500.", "£1,500")
    await person.presses("Add another line")
    for number, (target, what, pounds) in enumerate(GRANT):
        await person.chooses(f"lines-{number}-target", target)
        await person.types({f"lines-{number}-what": what, f"lines-{number}-pence": pounds})
    await person.presses("Send this section")
    await person.sees("The section is sent.", "£450")
    await person.follows("The designated teacher's voice section is missing.")
    await person.types({"words": WORDS_OF_THE_CHILD})
    await person.presses("Send this section")
    await person.sees("The section is sent.")
    await person.does_not_see("The designated teacher's voice section is missing.", "grant section is missing.")


async def completes_as_social_worker(person: Person) -> None:
    await person.signs_in()
    for section in ("about child", "care and views", "voice"):
        await person.follows(f"The social worker's {section} section is missing.")
        await person.types({"words": f"Invented: all that is to be said on {section}."})
        await person.presses("Send this section")
        await person.sees("The section is sent.")
    await person.follows("The social worker has not set the next meeting.")
    await person.chooses("there_is", "yes")
    await person.selects("on", NEXT)
    await person.presses("Set the next meeting")
    await person.sees("The next meeting is set.", "The social worker's signature is missing.")


async def sign(*people: Person) -> None:
    for person in people:
        await person.signs_in()
        await person.goes(f"/cases/{CHILD}")
        await person.follows("Sign the plan")
        await person.sees("By signing you agree to the targets")
        await person.presses("Sign")
        await person.sees("You have signed.")


async def returns_one_part(person: Person) -> None:
    await person.signs_in()
    await person.follows("The Virtual School's final sign-off is missing.")
    await person.sees("Nothing. Both parties have signed", "This plan", TARGETS[1]["what"], "£450")
    await person.chooses("parts", "target:2")
    await person.chooses("reasons", "A target is too general.")
    await person.types({"own_words": "Which tables, and how fast?"})
    await person.presses("Return these parts")
    await person.sees("The parts are returned, and whoever holds them has a letter.")
    await person.sees("The Virtual School returned the targets section to the designated teacher.")


async def amends_what_was_returned(person: Person) -> None:
    await person.signs_in()
    await person.follows("The Virtual School returned the targets section to the designated teacher.")
    assert await person.has_typed("targets-1-what") == TARGETS[1]["what"]
    await person.types({"targets-1-what": "Answer the tables of 6, 7 and 8, each in a minute"})
    await person.presses("Send this section")
    await person.sees("The section is sent.", "The designated teacher's signature is missing.")
    await person.sees("Not signed yet")
    await person.does_not_see("The Virtual School returned")


async def signs_off(person: Person) -> None:
    await person.signs_in()
    await person.follows("The Virtual School's final sign-off is missing.")
    await person.sees("each in a minute", "Returned before", "£450 is released to Hazel Primary School")
    await person.presses("Sign the plan off")
    await person.sees("The plan is signed off.")


async def assert_paid_once(stage: Stage) -> None:
    async with stage.house.database.transaction() as session:
        grants = list((await session.execute(select(GrantRow))).scalars())
        letters = list((await session.execute(select(Letter).where(Letter.kind == "grant_released"))).scalars())
    assert [(grant.pence, grant.state) for grant in grants] == [(ASKED_FOR, "confirmed")]
    assert letters
    assert len({letter.address for letter in letters}) == len(letters)
    told = [mail for mail in stage.sink.received if "grant" in str(mail.message["Subject"]).lower()]
    assert sorted(mail.recipients[0] for mail in told) == sorted(letter.address for letter in letters)
    returned = [mail for mail in stage.sink.received if "return" in str(mail.message["Subject"]).lower()]
    assert TEACHER in {mail.recipients[0] for mail in returned}


async def reads_the_end(person: Person) -> None:
    await person.signs_in()
    await person.goes(f"/cases/{CHILD}")
    await person.sees("In force", "£450: paid")
    await person.follows("The years so far, and what happened")
    await person.sees("2026/27 autumn", "returned parts of the plan", "signed the plan off")
    pdf = await person.context.request.get(f"{person.site}/cases/{CHILD}/plan.pdf")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert (await pdf.body()).startswith(b"%PDF-")

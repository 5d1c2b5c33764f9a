"""A plan on paper: tagged, in English, with a title, and with what is shared with whoever prints it."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from store.record_reads import reads_of
from tests.support.reviews import SW
from tests.support.taken import AUTUMN, Desk
from tests.web.door import FOREIGN, Door
from tests.web.signed_in import sign_in_as
from tests.web.take_away.people import (
    CARER,
    CHILD,
    FINANCE,
    IN_ROLE,
    MANAGER,
    OPERATOR,
    PRIVATE,
    SOCIAL_WORKER,
    TEACHER,
    VIRTUAL_SCHOOL,
    YOUNG,
)

PROFESSIONALS = (SOCIAL_WORKER, TEACHER, MANAGER, VIRTUAL_SCHOOL)


async def printed(door: Door, email: str, child: str = CHILD, **query: str) -> PdfReader:
    await sign_in_as(door.database, door.clock, door.client, email)
    answer = await door.client.get(f"/cases/{child}/plan.pdf", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return PdfReader(io.BytesIO(answer.content))


def words_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def root_of(pdf: PdfReader) -> Any:
    return pdf.trailer["/Root"]


async def test_it_is_tagged_has_a_title_a_language_and_says_that_it_is_pdf_ua(visiting: Door) -> None:
    pdf = await printed(visiting, SOCIAL_WORKER)
    root = root_of(pdf)
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Personal Education Plan, case C007, 2026/27 spring"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= tags_of(root["/StructTreeRoot"])


def tags_of(element: object) -> set[str]:
    """Every kind of tag in the tree of a document's structure."""
    found: set[str] = set()
    waiting = [element]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            found |= {one["/S"]} if "/S" in one else set()
            waiting.append(one.get("/K"))
    return found


@pytest.mark.parametrize("email", PROFESSIONALS)
async def test_B15_M1_professionals_print_the_whole_plan(visiting: Door, desk: Desk, email: str) -> None:
    case = await desk.case()
    words = words_of(await printed(visiting, email))
    for expected in (
        f"{case.given_name} {case.family_name}, case C007, 2026/27 spring",
        "Blue section: the social worker's.",
        PRIVATE,
        "1 met, 1 partly met, 1 not met for £175.01 of £300.00",
        "The club closed.",
        "Printed on Wednesday 6 January 2027 at 10:00 by:",
        IN_ROLE[email].in_words,
        "Page 1 of",
    ):
        assert expected in words, expected
    autumn = words_of(await printed(visiting, email, term=AUTUMN))
    for expected in ("Red section: the designated teacher's.", "a climbing club", "£100", "Thin walls.", "Was ill."):
        assert expected in autumn, expected
    assert "ada@home.example" not in autumn


@pytest.mark.parametrize("email", [CARER, YOUNG])
async def test_carer_and_young_person_print_what_is_shared_with_them(visiting: Door, email: str) -> None:
    autumn = words_of(await printed(visiting, email, term=AUTUMN))
    assert "Target 1: academic" in autumn
    assert "the SENCO" in autumn, "the meeting's actions"
    assert ("I like maths." in autumn) == (email == YOUNG)
    spring = words_of(await printed(visiting, email))
    for hidden in (PRIVATE, "About child", "Thin walls.", "£", "Was ill.", "Additional funding", "Still missing"):
        assert hidden not in autumn + spring, hidden


@pytest.mark.parametrize("email", [FINANCE, OPERATOR])
async def test_finance_and_operators_print_nothing(visiting: Door, email: str) -> None:
    await sign_in_as(visiting.database, visiting.clock, visiting.client, email)
    answer = await visiting.client.get(f"/cases/{CHILD}/plan.pdf")
    assert answer.status_code == 403
    assert "do not see what a plan says" in answer.text


async def test_a_foreign_child_and_a_term_without_a_plan_are_not_found(visiting: Door) -> None:
    await sign_in_as(visiting.database, visiting.clock, visiting.client, SOCIAL_WORKER)
    for address in (f"/cases/{FOREIGN}/plan.pdf", "/cases/C999/plan.pdf", f"/cases/{CHILD}/plan.pdf?term=summer"):
        assert (await visiting.client.get(address)).status_code == 404, address


async def test_whatever_somebody_typed_is_printed_as_they_typed_it(visiting: Door, desk: Desk) -> None:
    """Neither the language of the printer nor a sign without a shape keeps a plan from being printed."""
    typed = '#strong[x] $a^2$ *b* _c_ `d` "e" \\ <f> @g = h\n- i 🐴 \u202e\x01'
    await desk.does(SW, "submit", section="about_child", content={"words": typed, "likes": ["🎸", "Zoë"]})
    words = words_of(await printed(visiting, SOCIAL_WORKER))
    assert '#strong[x] $a^2$ *b* _c_ `d` "e" \\ <f> @g = h' in words
    assert "- i [horse face]" in words
    assert "Likes: [guitar], Zoë" in words


async def test_every_print_is_noted_and_named_by_reference_and_term(visiting: Door) -> None:
    await sign_in_as(visiting.database, visiting.clock, visiting.client, SOCIAL_WORKER)
    answer = await visiting.client.get(f"/cases/{CHILD}/plan.pdf")
    assert 'filename="PEP-C007-2026-27-spring.pdf"' in answer.headers["content-disposition"]
    async with visiting.database.transaction() as session:
        noted = [(read.email, read.what) for read in await reads_of(session, CHILD)]
    assert noted == [(SOCIAL_WORKER, "plan.pdf")]


async def test_a_blank_plan_has_every_section_with_its_owner_and_room_for_three_targets(visiting: Door) -> None:
    visiting.client.cookies.clear()
    answer = await visiting.client.get("/blank.pdf")
    assert answer.status_code == 200
    pdf = PdfReader(io.BytesIO(answer.content))
    words = words_of(pdf)
    assert root_of(pdf)["/MarkInfo"]["/Marked"].value
    for expected in ("About child", "Transition", "Purple section", "Target 3", "In the child's own words"):
        assert expected in words, expected
    assert words.count("How we will know") == 3

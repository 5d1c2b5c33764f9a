"""Files of a plan: added by whoever writes the section, read by whoever reads it, handed back and never run."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from contracts.review import Section
from store.page_tables import Attachment
from store.record_reads import reads_of
from tests.support.carried import met_in_spring
from tests.support.files import DOCX, NOT_TAKEN, PDF, TEXT
from tests.support.reviews import DT, SW
from tests.support.taken import Desk, complete
from tests.web.door import FOREIGN, Door
from tests.web.served import raw, served
from tests.web.signed_in import sign_in_as
from tests.web.take_away.people import (
    CARER,
    CHILD,
    FINANCE,
    MANAGER,
    OPERATOR,
    SOCIAL_WORKER,
    TEACHER,
    VIRTUAL_SCHOOL,
    YOUNG,
)

FILES = f"/cases/{CHILD}/attachments"
OURS = {"sec-fetch-site": "same-origin"}


async def add(door: Door, section: str, content: bytes = PDF, name: str = "report.pdf") -> httpx.Response:
    files = {"file": (name, content, "text/html")}
    return await door.client.post(FILES, data={"section": section}, files=files, headers=OURS)


async def be(door: Door, email: str) -> int:
    return await sign_in_as(door.database, door.clock, door.client, email)


async def stored(door: Door) -> list[Attachment]:
    async with door.database.transaction() as session:
        return list((await session.execute(select(Attachment).order_by(Attachment.added_at))).scalars())


async def added_by(door: Door, email: str, section: str, **more: Any) -> str:
    """The address of a file that this person added."""
    await be(door, email)
    answer = await add(door, section, **more)
    assert answer.status_code == 303, answer.text
    (file,) = await stored(door)
    return f"{FILES}/{file.id}"


async def test_a_file_is_handed_back_as_it_came_and_cannot_run(visiting: Door) -> None:
    path = await added_by(visiting, TEACHER, "attainment", content=DOCX, name="Zoë's report.html")
    answer = await visiting.client.get(path)
    assert (answer.status_code, answer.content) == (200, DOCX)
    headers = answer.headers
    assert headers["content-type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Zo%C3%AB%27s%20report.docx" in headers["content-disposition"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    page = await visiting.client.get(FILES, params={"done": "attached"})
    assert "The file is attached." in page.text
    assert "Zoë&#39;s report.docx" in page.text
    async with visiting.database.transaction() as session:
        assert [read.what for read in await reads_of(session, CHILD)] == ["attachment", "attachments"]


@pytest.mark.parametrize("what", NOT_TAKEN)
async def test_what_may_not_be_attached_is_refused_with_what_to_do(visiting: Door, what: str) -> None:
    await be(visiting, TEACHER)
    answer = await add(visiting, "attainment", NOT_TAKEN[what], "report.pdf")
    assert answer.status_code == 422
    assert '<a href="#file-attainment">The file is none that can be attached. Choose a PDF' in answer.text
    assert 'id="file-attainment"' in answer.text
    assert "<title>Error: " in answer.text
    assert await stored(visiting) == []


async def test_A2_whoever_writes_a_section_adds_files_to_it(visiting: Door) -> None:
    may: dict[str, set[str]] = {}
    for email in (SOCIAL_WORKER, TEACHER, MANAGER, VIRTUAL_SCHOOL, CARER, YOUNG):
        await be(visiting, email)
        found = set()
        for section in (Section.ABOUT_CHILD, Section.ATTAINMENT, Section.TARGETS, Section.VOICE):
            status = (await add(visiting, section.value)).status_code
            assert status in (303, 403, 404), status
            found |= {section.value} if status == 303 else set()
        may[email] = found
    assert may[SOCIAL_WORKER] == {"about_child", "voice"}
    assert may[TEACHER] == {"attainment", "targets", "voice"}
    assert may[MANAGER] == may[VIRTUAL_SCHOOL] == may[CARER] == may[YOUNG] == set()


async def test_B14_pastoral_staff_add_files_where_the_teacher_has_delegated(visiting: Door, desk: Desk) -> None:
    await desk.does(DT, "delegate", to="pastoral@school.example", section="attainment")
    await be(visiting, "pastoral@school.example")
    assert (await add(visiting, "attainment")).status_code == 303
    assert (await add(visiting, "targets")).status_code == 403
    assert (await add(visiting, "about_child")).status_code == 404, "it is not shared with them"


async def test_B14_files_of_targets_are_shared_with_the_targets_once_the_teacher_has_checked_them(
    visiting: Door, desk: Desk
) -> None:
    path = await added_by(visiting, TEACHER, "targets")
    for email, before in ((SOCIAL_WORKER, 200), (CARER, 404), (YOUNG, 404)):
        await be(visiting, email)
        assert (await visiting.client.get(path)).status_code == before, email
        for page in (FILES, f"/cases/{CHILD}/sections/targets"):
            assert ("report.pdf" in (await visiting.client.get(page)).text) == (before == 200), email
    await desk.submits(DT, Section.TARGETS)
    for email in (SOCIAL_WORKER, CARER, YOUNG):
        await be(visiting, email)
        assert (await visiting.client.get(path)).status_code == 200, email


async def test_whoever_reads_a_section_reads_its_files_and_nobody_else_does(visiting: Door, desk: Desk) -> None:
    await desk.submits(DT, Section.TARGETS)
    of_targets = await added_by(visiting, TEACHER, "targets")
    await be(visiting, SOCIAL_WORKER)
    assert (await add(visiting, "about_child", TEXT, "secret.txt")).status_code == 303
    (secret,) = [file.id for file in await stored(visiting) if file.section == "about_child"]
    reads = {}
    for email in (SOCIAL_WORKER, TEACHER, MANAGER, VIRTUAL_SCHOOL, CARER, YOUNG, FINANCE, OPERATOR):
        await be(visiting, email)
        answers = [(await visiting.client.get(path)).status_code for path in (of_targets, f"{FILES}/{secret}")]
        page = await visiting.client.get(FILES)
        assert ("report.pdf" in page.text, "secret.txt" in page.text) == (answers[0] == 200, answers[1] == 200), email
        reads[email] = answers
    assert {email for email, (_, about) in reads.items() if about == 200} == {
        SOCIAL_WORKER,
        TEACHER,
        MANAGER,
        VIRTUAL_SCHOOL,
    }
    assert {email for email, (targets, _) in reads.items() if targets == 404} == {FINANCE, OPERATOR}


async def test_a_file_is_found_under_its_own_child_only(visiting: Door) -> None:
    path = await added_by(visiting, TEACHER, "targets")
    await be(visiting, VIRTUAL_SCHOOL)
    await visiting.open(FOREIGN)
    assert (await visiting.client.get(path)).status_code == 200
    assert (await visiting.client.get(path.replace(CHILD, FOREIGN))).status_code == 404
    await be(visiting, SOCIAL_WORKER)
    assert (await visiting.client.get(f"/cases/{FOREIGN}/attachments")).status_code == 404
    assert (await visiting.client.get(f"{FILES}/%00")).status_code == 404


async def test_it_is_removed_by_whoever_added_it_or_the_virtual_school_and_the_record_keeps_it(visiting: Door) -> None:
    path = await added_by(visiting, TEACHER, "targets")
    await be(visiting, SOCIAL_WORKER)
    assert (await visiting.client.post(f"{path}/remove", headers=OURS)).status_code == 403
    await be(visiting, VIRTUAL_SCHOOL)
    answer = await visiting.client.post(f"{path}/remove", headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FILES}?done=removed#targets")
    assert (await visiting.client.get(path)).status_code == 404
    (kept,) = await stored(visiting)
    assert (kept.content, kept.removed_at) == (PDF, visiting.clock.at)
    await be(visiting, TEACHER)
    assert (await add(visiting, "targets")).status_code == 303
    theirs = next(file.id for file in await stored(visiting) if file.removed_at is None)
    assert (await visiting.client.post(f"{FILES}/{theirs}/remove", headers=OURS)).status_code == 303


async def test_a_plan_has_at_most_twenty_files(visiting: Door) -> None:
    await be(visiting, TEACHER)
    for _ in range(20):
        assert (await add(visiting, "targets")).status_code == 303
    answer = await add(visiting, "targets")
    assert answer.status_code == 422
    assert "This plan has 20 files, which is the most." in answer.text
    assert len(await stored(visiting)) == 20


async def test_A4_what_somebody_has_signed_keeps_its_files(visiting: Door, desk: Desk) -> None:
    path = await added_by(visiting, TEACHER, "targets")
    await met_in_spring(desk)
    await complete(desk, 1)
    await desk.does(SW, "sign")
    await be(visiting, TEACHER)
    answer = await add(visiting, "targets")
    assert answer.status_code == 409
    assert "Send the section again first" in answer.text
    assert (await visiting.client.post(f"{path}/remove", headers=OURS)).status_code == 409
    page = await visiting.client.get(FILES)
    assert "report.pdf" in page.text
    assert 'type="file"' not in page.text


async def test_what_is_no_file_is_answered_with_what_to_do(visiting: Door) -> None:
    await be(visiting, TEACHER)
    form = "application/x-www-form-urlencoded"
    for body, kind in (
        (b"section=targets", form),
        (b"--x\r\n", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=x"),
    ):
        answer = await visiting.client.post(FILES, content=body, headers={**OURS, "content-type": kind})
        assert answer.status_code == 422, body
        assert "Choose a file and send it again." in answer.text
    answer = await visiting.client.post(FILES, data={"section": "targets"}, files={"file": ("", b"")}, headers=OURS)
    assert answer.status_code == 422


async def test_only_this_address_takes_more_than_a_form_and_it_takes_5_mb(visiting: Door) -> None:
    await be(visiting, TEACHER)
    whole = PDF + bytes(5 * 1024 * 1024 - len(PDF))
    assert (await add(visiting, "targets", whole)).status_code == 303
    answer = await add(visiting, "targets", whole + b"x")
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.text
    large = await add(visiting, "targets", whole + bytes(100_000))
    assert large.status_code == 413
    assert "The file is larger than 5 MB and was not read." in large.text
    for path in (f"{FILES}/x/remove", f"/cases/{CHILD}/acts/sign", f"/cases/{CHILD}/attachments/"):
        answer = await visiting.client.post(path, content=bytes(600_000), headers=OURS)
        assert (answer.status_code, "larger than 512 KB" in answer.text) == (413, True), path


async def test_a_body_is_counted_while_it_is_read(visiting: Door) -> None:
    """Chunks have no stated length; the server counts what comes."""
    app: Any = visiting.client._transport.app  # type: ignore[attr-defined]
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    head = f"POST {FILES} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    async with served(app) as port:
        answer = await raw(port, head + chunk * 90 + b"0\r\n\r\n")
    assert re.match(rb"HTTP/1.1 413 ", answer)

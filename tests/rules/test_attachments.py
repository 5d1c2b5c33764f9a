"""What may be attached to a plan is decided by what is in it, and its name is made safe."""

import io
import zipfile

import pytest

from contracts.people import Role
from rules.attachments import LARGEST, MOST, FileKind, clean_name, faults_of_file, kind_of, may_remove
from tests.support.files import NOT_TAKEN, PDF, TAKEN


@pytest.mark.parametrize(("ending", "content"), TAKEN.items())
def test_each_kind_is_known_by_its_content(ending: str, content: bytes) -> None:
    kind = kind_of(content)
    assert kind is not None
    assert kind.ending == f".{ending}"
    assert faults_of_file(content) == []


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_nothing_else_is_taken(what: str) -> None:
    (finding,) = faults_of_file(NOT_TAKEN[what])
    assert finding.rule == "FORM"
    assert "Choose a PDF" in finding.sentence


def test_a_file_has_something_in_it_and_at_most_5_mb() -> None:
    assert "something in it" in faults_of_file(b"")[0].sentence
    assert faults_of_file(PDF + bytes(LARGEST - len(PDF))) == []
    assert "larger than 5 MB" in faults_of_file(PDF + bytes(LARGEST - len(PDF) + 1))[0].sentence
    assert MOST == 20


def test_a_document_of_very_many_parts_is_none() -> None:
    for more, taken in ((100, FileKind.DOCX), (6000, None)):
        file = io.BytesIO(TAKEN["docx"])
        with zipfile.ZipFile(file, "a") as packed:
            for number in range(more):
                packed.writestr(f"{number}", b"")
        assert kind_of(file.getvalue()) is taken


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\Autumn report.PDF", "Autumn report.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("evil.html", "evil.pdf"),
        ("two.endings.exe", "two.endings.pdf"),
        ("Zoe\u0308's  plan\n.pdf", "Zoë's plan.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        (".pdf", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, cleaned: str) -> None:
    assert clean_name(name, FileKind.PDF) == cleaned


def test_whoever_added_a_file_and_the_virtual_school_remove_it() -> None:
    assert may_remove({Role.PASTORAL}, is_theirs=True)
    assert may_remove({Role.VIRTUAL_SCHOOL}, is_theirs=False)
    assert not may_remove({Role.SOCIAL_WORKER, Role.DESIGNATED_TEACHER, Role.TEAM_MANAGER}, is_theirs=False)

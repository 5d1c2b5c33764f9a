"""`./pep import`: every fault on a line of its own, all or nothing, repeatable, and a dry run that needs no service."""

from pathlib import Path

from store.cases import cases_in_care, the_authority
from store.messages import workflows_with_untold
from tests.cli.commands import DATA, pep, written
from tests.cli.conftest import Service
from tests.support.import_files import ANOTHER_CHILD, roll_of, terms_file

TERMS, ROLL = str(DATA / "term_dates.csv"), str(DATA / "roll.csv")


async def test_a_dry_run_names_each_faulty_line_and_needs_no_service(tmp_path: Path) -> None:
    terms = written(tmp_path, "terms.csv", terms_file({"last_day": "2026-08-01"}))
    roll = written(tmp_path, "roll.csv", roll_of({"upn": "A860205021008"}, {"child_ref": ""}))
    wrong_terms = await pep("import", "terms", terms, "--dry-run")
    wrong_roll = await pep("import", "roll", roll, "--dry-run")
    right_terms = await pep("import", "terms", TERMS, "--dry-run")
    right_roll = await pep("import", "roll", ROLL, "--dry-run", "--terms", TERMS)
    empty = dict.fromkeys(("school_urn", "school_name", "designated_teacher", "designated_teacher_email"), "")
    two = written(tmp_path, "roll.csv", roll_of({"school_calendar": "phsg"}, {**ANOTHER_CHILD, **empty}))
    without_place = await pep("import", "roll", two, "--dry-run")
    unchecked = await pep("import", "roll", ROLL, "--dry-run")
    absent = await pep("import", "roll", str(tmp_path / "none.csv"), "--dry-run")
    assert (wrong_terms.code, wrong_roll.code, absent.code) == (1, 1, 1)
    assert wrong_terms.err.startswith("line 2: ")
    assert {line.split(":")[0] for line in wrong_roll.err.splitlines()} >= {"line 2", "line 3"}
    assert wrong_roll.err.splitlines()[-1].startswith("Nothing was imported: the file has ")
    assert absent.err.startswith(f"{tmp_path / 'none.csv'} cannot be read: no such file")
    assert (right_terms.code, right_roll.code, unchecked.code) == (0, 0, 0)
    assert right_roll.out == "roll.csv has no fault: 32 children. Nothing was imported, because this was a dry run.\n"
    assert without_place.out.startswith("roll.csv has no fault: 2 children, 1 without a school place. Nothing was")
    assert "calendars were not checked" not in right_roll.err
    assert "warning: line 1: the school calendars were not checked" in unchecked.err


async def test_imports_are_told_to_every_childs_cycle_and_change_nothing_twice(service: Service) -> None:
    too_early = await service.pep("import", "roll", ROLL)
    assert (too_early.code, too_early.out) == (1, "")
    terms = await service.pep("import", "terms", TERMS)
    assert (terms.code, "new, 0 changed" in terms.out) == (0, True)
    first = await service.pep("import", "roll", ROLL)
    assert (first.code, "children: 32 new, 0 changed, 0 unchanged." in first.out) == (0, True)
    again = await service.pep("import", "roll", ROLL)
    assert (again.code, "children: 0 new, 0 changed, 32 unchanged." in again.out) == (0, True)
    async with service.database.transaction() as session:
        cases = await cases_in_care(session)
        assert len(await workflows_with_untold(session)) == len(cases) == 32
        authority = await the_authority(session)
    assert authority
    assert authority.name == "Your authority"
    assert "./pep authority" in too_early.err
    assert "./pep authority" not in terms.err

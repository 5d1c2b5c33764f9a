"""`./pep calendar`, `./pep import closures` and `ics`: layers of a calendar, each with where it came from (B2)."""

from pathlib import Path

from casework.closed_days_file import COLUMNS
from store.calendars import snapshot
from tests.cli.commands import DATA, pep, written
from tests.cli.conftest import Service
from tests.support.import_files import as_csv

TERMS, ASH = str(DATA / "term_dates.csv"), str(DATA / "ics" / "ash_primary.ics")
WRONG = str(DATA / "ics" / "wrong.ics")
AS_ASH = ("--calendar", "ash", "--name", "Ash Primary School")
ROW = {"calendar": "kayes", "day": "2026-11-16", "kind": "inset", "source": "letter of 1 June", "verified": "yes"}


def closures(folder: Path, *changes: dict[str, str]) -> str:
    return written(folder, "closures.csv", as_csv(COLUMNS, ({**ROW, **change} for change in changes)))


async def test_a_dry_run_says_how_a_published_calendar_is_read_and_needs_no_service() -> None:
    right = await pep("import", "ics", ASH, *AS_ASH, "--dry-run")
    wrong = await pep("import", "ics", WRONG, *AS_ASH, "--dry-run")
    assert (right.code, wrong.code) == (0, 1)
    lines = right.out.splitlines()
    assert lines[0] == (
        "The autumn term 2026/27: 2026-09-03 to 2026-12-18, half term 2026-10-26 to 2026-10-30 (line 15)."
    )
    assert "2026-10-23: inset (line 29)." in lines
    assert lines[-1] == (
        "ash_primary.ics has no fault: 3 terms, 6 closed days. Nothing was imported, because this was a dry run."
    )
    assert "warning: line 45: " in right.err
    assert {line.split(":")[0] for line in wrong.err.splitlines()} >= {"line 12", "line 25", "line 38"}


async def test_a_dry_run_names_each_faulty_closed_day(tmp_path: Path) -> None:
    ended = await pep("import", "closures", closures(tmp_path, {}, {"kind": "snow"}), "--dry-run")
    assert (ended.code, ended.err.splitlines()[0]) == (1, "line 3: kind must be one of inset, closure, open.")


async def test_the_layers_are_printed_with_source_and_whether_they_are_verified(
    service: Service, tmp_path: Path
) -> None:
    await service.pep("import", "terms", TERMS)
    imported = await service.pep("import", "closures", closures(tmp_path, {}, {"day": "2026-11-17", "verified": "no"}))
    assert (imported.code, imported.out) == (0, "closed days: 2 new, 0 changed, 0 unchanged.\n")
    shown = await service.pep("calendar", "kayes")
    rows = {" ".join(line.split()) for line in shown.out.splitlines()}
    assert "2026-11-16 INSET day letter of 1 June yes" in rows
    assert "2026-11-17 INSET day letter of 1 June no" in rows
    assert "2027-05-03 bank holiday: Early May bank holiday gov.uk/bank-holidays yes" in rows
    assert any(row.startswith("2026-10-26 2026-10-30 half term ") and row.endswith(" yes") for row in rows)
    assert shown.out.startswith("kayes: ")


async def test_a_published_calendar_is_unverified_until_somebody_confirms_it(service: Service) -> None:
    imported = await service.pep("import", "ics", ASH, *AS_ASH)
    assert "These dates are unverified until somebody confirms them." in imported.out
    assert "unverified" in (await service.pep("calendar", "ash")).out.splitlines()[0]
    assert (await service.pep("import", "ics", ASH, *AS_ASH, "--verified")).code == 0
    assert (await service.pep("calendar", "ash")).out.startswith("ash: Ash Primary School, version 2, verified.")


async def test_an_unknown_calendar_takes_the_authoritys_and_says_so(service: Service) -> None:
    await service.pep("import", "terms", TERMS)
    name = ("authority", "--name", "Council", "--virtual-school-email", "vs@council.example")
    unknown = await service.pep("calendar", "beech")
    assert (unknown.code, unknown.err) == (2, "There is no school calendar beech. Import its term dates first.\n")
    assert (await service.pep(*name, "--calendar", "beech")).code == 1
    assert (await service.pep(*name, "--calendar", "shade")).code == 0
    shown = await service.pep("calendar", "beech")
    assert shown.out.startswith("beech has no term dates of its own. These are the authority's (shade): unverified")
    assert (await service.pep(*name)).code == 0
    async with service.database.transaction() as session:
        assert not (await snapshot(session, "beech")).verified

"""`./pep import policy` and `./pep policy`: all or nothing, repeatable, and every number is printed with its source."""

import json
from pathlib import Path

from casework.policy_file import DEFAULT, SHIPPED
from store.cases import find_case
from store.database import Database
from store.reviews import reviews_of
from tests.cli.commands import pep, pep_alone, written
from tests.cli.conftest import Service
from tests.cli.test_rehearse import programme

COVENTRY = SHIPPED / "coventry-2026-27.toml"


async def test_a_dry_run_names_each_faulty_line_and_needs_no_service(tmp_path: Path) -> None:
    content = DEFAULT.read_bytes().replace(b"pence = 50000", b"pence = -1").replace(b"[target]", b"[traget]")
    wrong = await pep("import", "policy", written(tmp_path, "wrong.toml", content), "--dry-run")
    right = await pep("import", "policy", str(COVENTRY), "--dry-run")
    line = content[: content.index(b"[traget]")].count(b"\n") + 1
    assert wrong.code == 1
    assert wrong.err.splitlines()[0] == "line 1: the table [target] is missing; add it."
    assert f"line {line}: traget is not known here; take it out, or write target." in wrong.err
    assert wrong.err.splitlines()[-1] == "Nothing was imported: the file has 3 faults."
    assert right.code == 0
    assert right.out.startswith("coventry-2026-27.toml has no fault: the policy for 2026/27, Coventry.")


async def test_numbers_are_found_from_any_folder() -> None:
    ended = await pep_alone("import", "policy", str(DEFAULT), "--dry-run")
    assert (ended.code, ended.err) == (0, "")


async def test_what_holds_is_printed_with_every_source(service: Service) -> None:
    before = await service.pep("policy", "--year", "2026/27")
    imported = await service.pep("import", "policy", str(COVENTRY))
    again = await service.pep("import", "policy", str(COVENTRY))
    after = await service.pep("policy", "--year", "2026/27")
    later = await service.pep("policy", "--year", "2027/28")
    assert [one.code for one in (before, imported, again, after, later)] == [0] * 5
    assert before.out.startswith("2026/27: Enfield (the guidance), the guidance's numbers; no policy was imported")
    assert "Both complete and sign, after the meeting (A3): 7 days\n    'within 7 days of the meeting'" in before.out
    assert imported.out.startswith("coventry-2026-27.toml is now version 1 of the policy for 2026/27, Coventry.")
    assert again.out.endswith("already; nothing was changed.\n")
    assert after.out.startswith("2026/27: Coventry, version 1.\n")
    assert "after the meeting (A3): 3 weeks\n    3 weeks, published for 2023/24 at https://coventry" in after.out
    assert "Cut-off date: Saturday 31 October 2026 (autumn term) for R, Y7, Y11\n" in after.out
    assert "Grant, another cap: £100 for N1, N2\n" in after.out
    assert "ends: lapses\n" in after.out
    sources = COVENTRY.read_text(encoding="utf-8").count("source = ")
    assert sum(line.startswith("    ") for line in after.out.splitlines()) == sources
    assert "a later year has no file yet" in later.out
    assert "Cut-off date:" not in later.out


async def test_open_reviews_keep_the_numbers_they_opened_with(service: Service, child: str) -> None:
    before = await _policy_of_the_open_review(service.database, child)
    ended = await service.pep("import", "policy", str(COVENTRY))
    assert ended.code == 0, ended.err
    assert await _policy_of_the_open_review(service.database, child) == before


async def test_what_cannot_be_done_is_said_in_sentences(service: Service, tmp_path: Path) -> None:
    year = await service.pep("policy", "--year", "2026")
    absent = await service.pep("import", "policy", str(tmp_path / "none.toml"))
    faulty = await service.pep("import", "policy", written(tmp_path, "bad.toml", b"a = = 1"))
    assert (year.code, year.err) == (2, "--year is no academic year; write it as 2026/27.\n")
    assert (absent.code, "cannot be read" in absent.err) == (1, True)
    assert (faulty.code, faulty.err.startswith("line 1: this is not TOML")) == (1, True)


async def test_a_rehearsal_plays_another_authoritys_numbers(tmp_path: Path) -> None:
    late = (
        '{"at": "2026-09-10T09:00", "child": "C001", "action": "arrange_meeting", "by": "social_worker", "on": "%s"}\n'
    )
    acts = written(tmp_path, "acts.jsonl", (late % "2026-11-24" + late % "2026-09-25").encode())
    refusals = {}
    for authority in ("enfield", "coventry"):
        out = tmp_path / f"{authority}.json"
        policy = str(SHIPPED / f"{authority}-2026-27.toml")
        ended = await pep_alone(*programme(tmp_path, "--acts", acts, "--policy", policy, "--json", str(out)))
        assert ended.code == 0, ended.err
        rows = json.loads(out.read_text())["journal"]
        refusals[authority] = [row["rules"] for row in rows if row["what"] == "refused"]
    assert refusals == {"enfield": [], "coventry": [["M7"]]}


async def test_a_rehearsal_refuses_a_policy_with_a_fault_or_of_a_later_year(tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.toml", b"a = = 1")
    later = written(tmp_path, "later.toml", DEFAULT.read_bytes().replace(b"2026/27", b"2027/28"))
    faulty = await pep(*programme(tmp_path, "--policy", bad))
    too_late = await pep(*programme(tmp_path, "--policy", later))
    assert (faulty.code, faulty.err.startswith("line 1: this is not TOML")) == (1, True)
    assert (too_late.code, "The policy file is for 2027/28" in too_late.err) == (1, True)


async def _policy_of_the_open_review(database: Database, ref: str) -> object:
    async with database.transaction() as session:
        case = await find_case(session, ref)
        assert case
        return (await reviews_of(session, case.id))[0].plan.policy
